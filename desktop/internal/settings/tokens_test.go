package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func quiet(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

// inFile returns a vault with that file, and no keychain.
func inFile(t *testing.T, raw string) *Vault {
	return NewVault(stored(t, raw), quiet(t))
}

func TestADamagedFileOfTokensIsKeptAside(t *testing.T) {
	tests := []struct{ name, raw string }{
		{"empty, as a power cut leaves it", ""},
		{"half of it", `[{"server":"https://ho`},
		{"an object", `{}`},
		{"an entry that is not whole", `[{"server":"https://host","mart":"42"}]`},
		{"a token too long", `[{"server":"https://host","mart":"42","token":"` + strings.Repeat("a", wire.MaxToken+1) + `"}]`},
		{"too many", "[" + strings.Repeat(`{"server":"a","mart":"b","token":"c"},`, maxTokens) + `{"server":"a","mart":"b","token":"c"}]`},
		{"too big", strings.Repeat(" ", 10<<20)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := inFile(t, tt.raw)
			if got, err := v.load(); len(got) > 0 || err != nil {
				t.Errorf("%v, %v", got, err)
			}
			if aside, err := os.ReadFile(v.Path + ".bad"); err != nil || string(aside) != tt.raw {
				t.Errorf("kept aside: %d bytes, %v", len(aside), err)
			}
			if err := v.keepInFile("https://host", "42", "one"); err != nil {
				t.Error(err)
			}
			if got, err := v.load(); got.of("https://host", "42") != "one" || err != nil {
				t.Errorf("then %v, %v", got, err)
			}
		})
	}
}

func TestAFileOfTokensThatIsNoneIsLeftAlone(t *testing.T) {
	v := NewVault(filepath.Join(t.TempDir(), "tokens.json"), quiet(t))
	if err := os.Mkdir(v.Path, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := v.Token(t.Context(), "https://host", "42")
	if err == nil || errors.Is(err, ErrNoToken) || errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), v.Path) {
		t.Errorf("%v", err)
	}
	if err := v.keepInFile("https://host", "42", "secret"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

func TestAFullFileLosesTheOldestToken(t *testing.T) {
	v := NewVault(filepath.Join(t.TempDir(), "tokens.json"), quiet(t))
	server := "https://" + strings.Repeat("a", maxServer-8)
	mart := func(i int) order.MartID { return order.MartID(fmt.Sprint(strings.Repeat("가", 63), i)) }
	long := strings.Repeat("a", wire.MaxToken)
	for i := range maxTokens + 1 {
		for range 2 { // the second is in place of the first
			if err := v.keepInFile(server, mart(i), long); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := v.load()
	if len(got) != maxTokens || err != nil || got.of(server, mart(0)) != "" || got.of(server, mart(1)) != long {
		t.Errorf("%d tokens, %v", len(got), err)
	}
}

func TestForgettingOneTokenKeepsTheOthers(t *testing.T) {
	v := inFile(t, `[{"server":"https://a","mart":"1","token":"x"},{"server":"https://a","mart":"2","token":"y"},{"server":"https://b","mart":"1","token":"z"}]`)
	if err := v.dropFromFile("https://a", "1"); err != nil {
		t.Fatal(err)
	}
	got, err := v.load()
	if err != nil || len(got) != 2 || got.of("https://a", "2") != "y" || got.of("https://b", "1") != "z" {
		t.Errorf("%v, %v", got, err)
	}
}

func FuzzParseTokens(f *testing.F) {
	f.Add([]byte(`[{"server":"https://host","mart":"42","token":"a.b.c"}]`))
	f.Add([]byte(`null`))
	f.Add([]byte(`[{"mart":42}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := parseTokens(raw)
		if err != nil && got != nil || len(got) > maxTokens {
			t.Fatalf("%d tokens, %v", len(got), err)
		}
		for _, k := range got {
			if got.of(k.Server, k.Mart) == "" {
				t.Fatalf("an empty token for %q", k.Server)
			}
		}
	})
}
