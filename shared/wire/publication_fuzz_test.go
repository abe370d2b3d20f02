package wire

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"
	"unicode/utf16"

	"jumun/shared/order"
)

// toJava returns s as Java serializes a string.
func toJava(s string) string {
	var body []byte
	for _, r := range s {
		if high, low := utf16.EncodeRune(r); r > 0xffff {
			for _, half := range []rune{high, low} {
				body = append(body, 0xe0|byte(half>>12), 0x80|byte(half>>6)&0x3f, 0x80|byte(half)&0x3f)
			}
			continue
		}
		body = append(body, string(r)...)
	}
	if len(body) > 0xffff {
		return javaMagic + string(binary.BigEndian.AppendUint64([]byte{javaLong}, uint64(len(body)))) + string(body)
	}
	return javaMagic + string(binary.BigEndian.AppendUint16([]byte{javaShort}, uint16(len(body)))) + string(body)
}

// toString returns s as a JSON string.
func toString(s string) string {
	quoted, _ := json.Marshal(s) // a string always marshals
	return string(quoted)
}

// wrappings are what serializers put around a publication.
var wrappings = map[string]func(string) string{
	"nothing":            func(s string) string { return s },
	"a byte order mark":  func(s string) string { return "\ufeff" + s },
	"Java's header":      toJava,
	"a JSON string":      toString,
	"a class":            func(s string) string { return `["com.shop.Order",` + s + `]` },
	"white space":        func(s string) string { return " " + s + "\r\n" },
	"all of them":        func(s string) string { return toJava("\ufeff" + toString(`["com.shop.Order", `+s+`]`)) },
	"a string in Java's": func(s string) string { return toJava(toString(s)) },
}

// Whatever is accepted must survive being sent on, in every wrapping and by every way.
func wantAgain(t *testing.T, p order.Placement) {
	t.Helper()
	msg := string(Publication(p))
	for name, wrap := range wrappings {
		wrapped := wrap(msg)
		if len(wrapped) > MaxPublication-len("payload") {
			continue
		}
		if again, err := ParsePublication([]byte(wrapped)); err != nil || again != p {
			t.Fatalf("with %s around it, %+v came back as %+v, %v", name, p, again, err)
		}
		if again, err := ParseFields(map[string]any{"payload": wrapped}); err != nil || again != p {
			t.Fatalf("with %s around it, %+v came back from an entry as %+v, %v", name, p, again, err)
		}
	}
}

func FuzzParsePublication(f *testing.F) {
	for _, wrap := range wrappings {
		f.Add([]byte(wrap(`{"martId":42,"orderId":1001}`)))
	}
	for _, s := range []string{
		`{"martId":42,"orderId":1001,"summary":"a\nb","amount":1e3,"placedAt":"2026-07-27T20:00:00.5+09:00"}`,
		`{"martId":42,"orderId":1001,"placedAt":"0000-01-01T0:00:00+01:00"}`,
		"{\"martId\":\"\xff\",\"orderId\":-0}",
		`{"martId":4.2e1,"orderId":10010e-1,"key":1.0,"cancelled":1}`,
		`{"martId":["java.lang.Long",42],"orderId":["java.math.BigDecimal",1001.00],"key":"\"\\\"a\\\"\"","cancelled":["java.lang.Boolean",true]}`,
		`{"martId":"＂42＂","orderId":"\"\uff02１\uff02\"","summary":" \"a\n\" ","amount":"\"9000\""}`,
		`{"martId":42,"key":"k","cancelled":"True","orderId":null}`,
		`a:2:{s:6:"martId";i:42;}`, "\x82\xa6martId*", "\xac\xed\x00\x05sr", "\xff\xfe{\x00", "\x80\x04\x95", "<a/>", "martId=42", "{'martId': 42}", "[1]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		p, err := ParsePublication(msg)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) || ReasonOf(err) == "other" {
				t.Fatalf("error %v does not wrap ErrMalformed, or has no reason", err)
			}
			return
		}
		wantAgain(t, p)
	})
}

func FuzzParseFields(f *testing.F) {
	f.Add("martId", "42", "1001", "라떼 2", "9000", "2026-07-27T20:00:00+09:00")
	f.Add("martId", "", "\xff", "a\x00b", "-", "")
	f.Add(`"martId"`, `"42"`, `["java.lang.Long",1001]`, `"\"라떼\" 2"`, "9000.0", "")
	f.Add(toJava("martId"), toJava("42"), toJava("1001.0"), toJava("라떼 🥛"), "1e3", "")
	f.Add("mart_id", `{"martId":42,"orderId":1}`, "i:42;", "", "", "")
	f.Fuzz(func(t *testing.T, name, mart, number, summary, amount, at string) {
		p, err := ParseFields(map[string]any{name: mart, "orderId": number, "summary": summary, "amount": amount, "placedAt": at})
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) || ReasonOf(err) == "other" {
				t.Fatal(err)
			}
			return
		}
		wantAgain(t, p)
	})
}

// A number is the same whichever way it is written; big.Rat knows each exactly.
func FuzzInteger(f *testing.F) {
	for _, s := range []string{"42", "42.0", "4.2e1", "4200E-2", "-0", "-0.0e5", "1e3", "1e64", "1.5", "0.1e1", "9007199254740993.0", "18446744073709551616", "1e-3", "0e-70"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, exponent, _ := strings.Cut(strings.ToLower(s), "e"); len(exponent) > 4 || strings.TrimSpace(s) != s || !isNumber(s) || !json.Valid([]byte(s)) {
			return // with longer ones, big.Rat takes all memory
		}
		exact, _ := new(big.Rat).SetString(s)
		got, is := Integer(s)
		if is && (!exact.IsInt() || exact.Num().String() != got) {
			t.Fatalf("%s is %s, and was taken for %s", s, exact.RatString(), got)
		}
		if !is && exact.IsInt() && !strings.ContainsAny(s, "eE") {
			t.Fatalf("%s was refused", s)
		}
	})
}
