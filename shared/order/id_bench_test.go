package order

import "testing"

func BenchmarkParseID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseID("1722000000123-4"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if ID("1722000000123-4").Compare("1722000000123-5") != -1 {
			b.Fatal("not before it")
		}
	}
}

func BenchmarkLine(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if Line("김치찌개 2, 계란말이 1, 공기밥 3", MaxSummary) == "" {
			b.Fatal("nothing is left")
		}
	}
}
