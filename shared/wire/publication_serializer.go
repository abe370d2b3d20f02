package wire

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"jumun/shared/order"
)

// A serializer is known by how its messages begin.
type serializer struct {
	begins *regexp.Regexp // each byte of the message is the character of that number
	reason string
	name   string
	cure   string // what to set instead
}

const (
	phpCure  = "set Redis::OPT_SERIALIZER to Redis::SERIALIZER_NONE and send json_encode(…)"
	utf8Cure = "encode it as UTF-8"
)

// binaries are tried first, in this order: the last one takes all that is not text.
var binaries = []serializer{
	{regexp.MustCompile(`^$`), ReasonEmpty, "empty", "send one JSON object"},
	{regexp.MustCompile(`^\xac\xed\x00\x05`), ReasonSerializer, "Java serialization (JdkSerializationRedisSerializer)",
		"set the value serializer to StringRedisSerializer or GenericJackson2JsonRedisSerializer"},
	{regexp.MustCompile(`^(\x1f\x8b|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|\x78[\x01\x9c\xda])`), ReasonSerializer,
		"compressed (gzip, zlib, zstd or LZ4)", "switch compression off, in phpredis Redis::OPT_COMPRESSION"},
	{regexp.MustCompile(`^\x00\x00\x00[\x01\x02]`), ReasonSerializer, "PHP's igbinary", phpCure},
	{regexp.MustCompile(`^(a:\d+:{|O:\d+:"|s:\d+:"|[id]:-?[\d.]+;)`), ReasonSerializer, "PHP's serialize()", phpCure},
	{regexp.MustCompile(`^(\x80[\x02-\x05]|\(dp?\d*\n)`), ReasonSerializer, "Python's pickle", "send json.dumps(…)"},
	{regexp.MustCompile(`^([\x80-\x8f][\xa0-\xbf\xd9]|\xde\x00|\xdf\x00)`), ReasonSerializer, "MessagePack", "send JSON; in phpredis " + phpCure},
	{regexp.MustCompile(`^(\xff\xfe|\xfe\xff|\x00[{"[]|[{"[]\x00)`), ReasonNotUTF8, "UTF-16", utf8Cure},
	{regexp.MustCompile(`[\x00-\x08\x0e-\x1f]`), ReasonSerializer, "binary, perhaps protobuf, Avro or Kryo", "send JSON"},
}

// otherEncoding is all that is neither UTF-8 nor one of binaries.
var otherEncoding = serializer{nil, ReasonNotUTF8, "not UTF-8, perhaps EUC-KR or CP949", utf8Cure}

// texts are tried on what is UTF-8.
var texts = []serializer{
	{regexp.MustCompile(`^<`), ReasonNotJSON, "XML", "send JSON"},
	{regexp.MustCompile(`^{\s*'`), ReasonNotJSON, "an object as Python or JavaScript prints it", "send json.dumps(…) or JSON.stringify(…)"},
	{regexp.MustCompile(`^[\w.@]*[{(\[#<]+\s*[:@"]?\w+"?\s*=`), ReasonNotJSON, "an object as Java, Kotlin or Ruby prints it", "send it as JSON"},
	{regexp.MustCompile(`^[\w.]+=`), ReasonNotJSON, "form-encoded", `send {"martId":…,"orderId":…}`},
	{regexp.MustCompile(`^\[`), ReasonNotJSON, "a list", "send each order by itself"},
	{regexp.MustCompile(`^{`), ReasonNotJSON, "JSON with an error in it, or cut off", "send it as a JSON library writes it"},
	{regexp.MustCompile(`^`), ReasonNotJSON, "not a JSON object", `send {"martId":…,"orderId":…}`},
}

// foreign returns the error about msg, which holds no JSON object: which serializer has probably made
// it, and what to set instead.
func foreign(msg []byte) error {
	s := serializerOf(msg)
	return malformed(s.reason, fmt.Errorf("message is %s: %s: %w", s.name, s.cure, order.ErrMalformed))
}

func serializerOf(msg []byte) serializer {
	begin := beginOf(msg)
	if s, is := find(binaries, begin); is {
		return s
	}
	if !utf8.Valid(msg) {
		return otherEncoding
	}
	s, _ := find(texts, strings.TrimSpace(begin)) // the last of them takes everything
	return s
}

// isForeign reports whether msg, the value of a field, was made by a serializer that is known.
func isForeign(msg []byte) bool {
	_, is := find(binaries, beginOf(msg))
	return is
}

func find(among []serializer, begin string) (serializer, bool) {
	for _, s := range among {
		if s.begins.MatchString(begin) {
			return s, true
		}
	}
	return serializer{}, false
}

// beginOf returns the first bytes of msg, each as a character: regular expressions know no bytes.
func beginOf(msg []byte) string {
	begin := make([]rune, 0, 64)
	for _, b := range msg[:min(len(msg), cap(begin))] {
		begin = append(begin, rune(b))
	}
	return string(begin)
}
