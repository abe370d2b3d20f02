package ingest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jumun/shared/wire"
)

// An entry is what XADD appends, beside the ID.
type entry = map[string]any

// ways hand a message in, as it comes by each of them. A message is what is published or POSTed; by the
// intake stream it comes in one field, unless the test has an entry of its own.
var ways = map[string]func(in *Intake, msg string, e entry){
	Topic: func(in *Intake, msg string, _ entry) { in.Take([]byte(msg), ignore) },
	HTTP: func(in *Intake, msg string, _ entry) {
		in.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, wire.PublishPath, strings.NewReader(msg)))
	},
	Stream: func(in *Intake, msg string, e entry) {
		if e == nil {
			e = entry{"payload": msg}
		}
		in.TakeEntries([]map[string]any{e})
	},
}

// java is a short text as Java serializes a string.
func java(s string) string { return fmt.Sprintf("\xac\xed\x00\x05t%c%c%s", 0, len(s), s) }

func TestWhatPublishersSendRingsWhateverTheirSerializerPutsAroundIt(t *testing.T) {
	const plain = `{"martId":42,"orderId":1001}`
	tests := []struct {
		name, msg string
		entry     entry
	}{
		{"integers", plain, entry{"martId": "42", "orderId": "1001"}},
		{"strings", `{"martId":"42","orderId":"1001"}`, nil},
		{"a byte order mark, as Windows writes it", "\ufeff" + plain, entry{"martId": "\ufeff42", "orderId": "1001"}},
		{"numbers with a point, as PHP and Python write a float", `{"martId":42.0,"orderId":1001.00}`, entry{"martId": "42.0", "orderId": "1001.00"}},
		{"numbers with an exponent, as Java writes a double", `{"martId":4.2e1,"orderId":1.001E3}`, entry{"martId": "4.2e1", "orderId": "1.001E3"}},
		{"an exponent without a point", `{"martId":42e0,"orderId":10010e-1}`, nil},
		{"Java's serialization of a string", java(plain), entry{java("martId"): java("42"), java("orderId"): java("1001")}},
		{"that of a long string", "\xac\xed\x00\x05|\x00\x00\x00\x00\x00\x00\x00" + string(rune(len(plain))) + plain, nil},
		{"the object in a JSON string", `"{\"martId\":42,\"orderId\":\"1001\"}"`, entry{"martId": `"42"`, "orderId": `"1001"`}},
		{"that in Java's serialization", java(`"{\"martId\":42,\"orderId\":\"1001\"}"`), nil},
		{"values in strings twice", `{"martId":"\"42\"","orderId":"\"1001\""}`, entry{"martId": `"\"42\""`, "orderId": `"\"1001\""`}},
		{"quotes around the names", plain, entry{`"martId"`: `"42"`, `"orderId"`: "1001"}},
		{"the class of the object in a field", `{"@class":"com.shop.Order","martId":42,"orderId":1001}`, entry{"_class": "com.shop.Order", "martId": "42", "orderId": "1001"}},
		{"the class before the object", `["com.shop.Order",{"martId":42,"orderId":1001}]`, nil},
		{"the class before each value", `{"@class":"java.util.HashMap","martId":["java.lang.Long",42],"orderId":["java.math.BigDecimal",1001.0]}`,
			entry{"martId": `["java.lang.Long",42]`, "orderId": `["java.lang.String","1001"]`}},
		{"classes, in a string, in Java's serialization", java(`"[\"a.B\",{\"martId\":42,\"orderId\":[\"java.lang.Long\",1001]}]"`), nil},
		{"the object in the only field, whatever its name", plain, entry{"event": plain}},
		{"the object in a field beside its class", plain, entry{"_class": "com.shop.Order", "_raw": plain}},
		{"the object in a field beside others", plain, entry{"data": plain, "trace": "1"}},
	}
	for _, tt := range tests {
		for way, hand := range ways {
			t.Run(tt.name+" by "+way, func(t *testing.T) {
				l := newLedger()
				in := l.intake()
				during(t, in, func() { hand(in, tt.msg, tt.entry) })
				if got := fmt.Sprint(l.orders); got != "map[42:[1001]]" || l.counts[Recorded] != 1 {
					t.Errorf("orders %s, counts %v, said %s", got, l.counts, l.said.String())
				}
			})
		}
	}
}

func TestWhatIsRefusedIsNamedByItsSerializerAndCounted(t *testing.T) {
	tests := []struct {
		name, msg, reason, said string
		entry                   entry
	}{
		{"nothing", "", wire.ReasonEmpty, "empty", nil},
		{"a Java object that is no string", "\xac\xed\x00\x05sr\x00\x0ecom.shop.Order", wire.ReasonSerializer, "GenericJackson2JsonRedisSerializer",
			entry{"martId": "\xac\xed\x00\x05sr\x00\x0ejava.lang.Long;\x8b\xe4\x90\xcc\x8f#\xdf", "orderId": "1001"}},
		{"PHP's serialize", `a:2:{s:6:"martId";i:42;s:7:"orderId";i:1001;}`, wire.ReasonSerializer, "SERIALIZER_NONE", entry{"martId": "i:42;", "orderId": "i:1001;"}},
		{"PHP's igbinary", "\x00\x00\x00\x02\x14\x02\x11\x06martId\x06*\x11\x07orderId\x08\x03\xe9", wire.ReasonSerializer, "igbinary", nil},
		{"Python's pickle", "\x80\x04\x95\x1f\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x06martId\x94K*u.", wire.ReasonSerializer, "json.dumps", nil},
		{"MessagePack", "\x82\xa6martId*\xa7orderId\xcd\x03\xe9", wire.ReasonSerializer, "MessagePack", nil},
		{"gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xabV*M", wire.ReasonSerializer, "compression", nil},
		{"protobuf", "\x08*\x10\xe9\x07", wire.ReasonSerializer, "protobuf", nil},
		{"UTF-16", "\xff\xfe{\x00\"\x00m\x00", wire.ReasonNotUTF8, "UTF-16", nil},
		{"UTF-16 without a mark", "{\x00\"\x00m\x00a\x00", wire.ReasonNotUTF8, "UTF-16", nil},
		{"EUC-KR", "{\"martId\":\"\xb0\xad\xb3\xb2\",\"orderId\":1}", wire.ReasonNotUTF8, "EUC-KR", entry{"martId": "\xb0\xad\xb3\xb2", "orderId": "1"}},
		{"XML", `<order martId="42" orderId="1001"/>`, wire.ReasonNotJSON, "XML", nil},
		{"a form", "martId=42&orderId=1001", wire.ReasonNotJSON, "form-encoded", nil},
		{"Python's print", "{'martId': 42, 'orderId': 1001}", wire.ReasonNotJSON, "json.dumps", nil},
		{"Kotlin's toString", "Order(martId=42, orderId=1001)", wire.ReasonNotJSON, "Kotlin", nil},
		{"Java's toString of a map", "{martId=42, orderId=1001}", wire.ReasonNotJSON, "Java", nil},
		{"Ruby's inspect", "{:martId=>42, :orderId=>1001}", wire.ReasonNotJSON, "Ruby", nil},
		{"plain text", "order 1001 for mart 42", wire.ReasonNotJSON, "not a JSON object", nil},
		{"half of an object", `{"martId":42,"orderId":10`, wire.ReasonNotJSON, "cut off", nil},
		{"a list of orders: which one is meant?", `[{"martId":42,"orderId":1001},{"martId":42,"orderId":1002}]`, wire.ReasonNotJSON, "each order by itself", nil},
		{"one order in a list: the next list may have two", `[{"martId":42,"orderId":1001}]`, wire.ReasonNotJSON, "each order by itself", nil},
		{"more layers than any serializer makes", `["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",["a.b",{}]]]]]]]]]]]]]]]]]`, wire.ReasonNotJSON, "", nil},
		{"other names", `{"mart_id":42,"order_id":1001}`, wire.ReasonMartID, "mart_id, order_id", entry{"mart_id": "42", "order_id": "1001"}},
		{"another name of the mart", `{"storeId":42,"orderId":1001}`, wire.ReasonMartID, "storeId", entry{"storeId": "42", "orderId": "1001"}},
		{"another case", `{"martId":42,"orderid":1001}`, wire.ReasonOrderID, "orderid", entry{"martId": "42", "orderid": "1001"}},
		{"a fraction: cut or rounded, it would be another order", `{"martId":42,"orderId":1001.5}`, wire.ReasonOrderID, "integer", nil},
		{"two whole objects", `[]`, wire.ReasonMartID, "data, payload", entry{"data": `{"martId":42,"orderId":1}`, "payload": `{"martId":42,"orderId":2}`}},
	}
	for _, tt := range tests {
		for way, hand := range ways {
			if tt.name == "two whole objects" && way != Stream { // elsewhere there is one
				continue
			}
			t.Run(tt.name+" by "+way, func(t *testing.T) {
				l := newLedger()
				in := l.intake()
				during(t, in, func() { hand(in, tt.msg, tt.entry) })
				if len(l.orders) > 0 || l.counts[tt.reason] != 1 || len(l.counts) != 1 {
					t.Errorf("orders %v, counts %v, want one %s: %s", l.orders, l.counts, tt.reason, l.said.String())
				}
				if said := l.said.String(); !strings.Contains(said, tt.said) || !strings.Contains(said, "way="+way) {
					t.Errorf("nothing says %q:\n%s", tt.said, said)
				}
			})
		}
	}
}

func TestTwoSpellingsOfOneNumberAreOneOrder(t *testing.T) {
	l := newLedger()
	in := l.intake()
	during(t, in, func() {
		for _, number := range []string{`42`, `42.0`, `"42"`, `4.2e1`, `"\"42\""`, `["java.lang.Long",42]`, `420e-1`} {
			for _, hand := range ways {
				hand(in, `{"martId":42,"orderId":`+number+`}`, nil)
			}
		}
		for _, number := range []string{"42", "42.0", `"42"`, "4.2E1", `["java.lang.Long",42]`} {
			in.TakeEntries([]map[string]any{{"martId": number, "orderId": number}})
		}
	})
	if got := fmt.Sprint(l.orders); got != "map[42:[42]]" {
		t.Errorf("orders %s", got)
	}
}

func TestNumbersOfMoreThan53BitsKeepTheirDigits(t *testing.T) {
	l := newLedger()
	in := l.intake()
	during(t, in, func() {
		for way, hand := range ways {
			hand(in, `{"martId":42,"orderId":9007199254740993}`, nil)
			hand(in, `{"martId":42,"orderId":184467440737095516150.0}`, nil)
			hand(in, `{"martId":42,"orderId":1.8446744073709551615e19}`, nil)
			if n := l.counted("mart-id") + l.counted("order-id"); n > 0 {
				t.Errorf("%d refused by %s", n, way)
			}
		}
	})
	want := map[string]bool{"9007199254740993": true, "184467440737095516150": true, "18446744073709551615": true}
	for _, o := range l.orders["42"] {
		if !want[string(o)] {
			t.Errorf("order %s", o)
		}
	}
	if len(l.orders["42"]) != len(want) {
		t.Errorf("orders %v", l.orders["42"])
	}
}
