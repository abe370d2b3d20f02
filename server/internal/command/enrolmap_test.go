package command

import (
	"slices"
	"strings"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestAMapIsReadAsSpreadsheetsWriteIt(t *testing.T) {
	want := []wire.Computer{{Computer: "pos-1", MartID: "42", Name: "강남점"}, {Computer: "카운터", MartID: "43"}}
	for name, raw := range map[string]string{
		"commas":              "POS-1,42,강남점\n카운터,43\n",
		"headings":            "Computer,mart,name\r\npos-1,42,강남점\r\n카운터,43,\r\n",
		"other headings":      "PC 이름,매장_ID\npos-1,42,강남점\n카운터,43\n",
		"Excel's CSV UTF-8":   "\ufeffcomputer;mart;name\r\npos-1;42;강남점\r\n카운터;43;\r\n;;\r\n",
		"tabs":                "pos-1\t42\t강남점\n\n카운터\t43\t\n",
		"blanks and a domain": " pos-1.shop.example , 42 , 강남점\n카운터, 43",
		"quotes":              "\"pos-1\",\"42\",\"강남점\"\n카운터,\"43\"\n",
		"full-width digits":   "pos-1,４２,강남점\n카운터,43\n",
	} {
		if got, err := parseMap([]byte(raw)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAMapThatIsWrongSaysWhere(t *testing.T) {
	for raw, want := range map[string]string{
		"pos-1,42\npos-2\n":                           "line 2: it has no mart",
		"pos-1,42\n,43\n":                             "line 2: it has no name",
		"pos-1,42\n\npos-2,4 3\n":                     "line 3: mart ID",
		"pos-1,*\n":                                   "line 1: --mart",
		"pos-1,42\n\"pos-2,43\n":                      "line 2",
		"\xb0\xad\xb3\xb2,42\n":                       "UTF-8",
		"p\x00o\x00s\x00,\x004\x002\x00":              "UTF-8",
		strings.Repeat("p,42\n", wire.MaxComputers+1): "more than 10000 computers",
	} {
		if got, err := parseMap([]byte(raw)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %d, %v; want %q", raw, len(got), err, want)
		}
	}
}

func FuzzParseMap(f *testing.F) {
	f.Add("pos-1,42,강남점\r\n카운터;43\n")
	f.Add("\ufeffcomputer\tmart\n\"a\tb\"\t4\n")
	f.Add("a,b,c,d\n\n,,\n")
	f.Fuzz(func(t *testing.T, raw string) {
		list, err := parseMap([]byte(raw))
		if err != nil {
			return
		}
		for _, c := range list {
			_, wrong := order.ParseMartID(string(c.MartID))
			if c.Computer == "" || c.Computer != wire.ComputerName(c.Computer) || wrong != nil || c.MartID == wire.AnyMart || c.Name != order.Line(c.Name, order.MaxName) {
				t.Fatalf("%+v", c)
			}
		}
	})
}
