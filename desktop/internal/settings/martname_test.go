package settings

import (
	"path/filepath"
	"testing"
)

func TestTheNameOfAMartIsThatMartsAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	s := Default()
	s.Server, s.Mart, s.MartName = "https://jumun.example.com", "42", MartName{Mart: "42", Name: " 강남점\n"}
	keep := func(want string) {
		t.Helper()
		if err := Save(path, Clean(s)); err != nil {
			t.Fatal(err)
		}
		got, err := Load(path)
		if err != nil || got.ShopName() != want {
			t.Errorf("%q, %v; want %q", got.ShopName(), err, want)
		}
	}
	keep("강남점")
	s.Mart = "43"
	keep("")
	s.Mart, s.MartName.Name = "42", ""
	keep("") // of the file before, nothing is left
}
