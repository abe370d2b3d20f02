package wire

import "testing"

func BenchmarkParsePublication(b *testing.B) {
	for name, msg := range map[string]string{
		"numbers":   `{"martId":42,"orderId":1001}`,
		"texts":     `{"martId":"42","orderId":"20240727-0001"}`,
		"a string":  `"{\"martId\":42,\"orderId\":1001}"`,
		"all of it": `{"martId":"42","orderId":"20240727-0001","summary":"아메리카노 2","amount":9000,"placedAt":"2026-07-27T20:00:00+09:00"}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParsePublication([]byte(msg)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
