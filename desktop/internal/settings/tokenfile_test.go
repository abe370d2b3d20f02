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

func testLog(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

// storeWithFile returns a store with that file and no keychain.
func storeWithFile(t *testing.T, raw string) *TokenStore {
	return NewTokenStore(stored(t, raw), testLog(t))
}

func TestADamagedTokenFileIsKeptAside(t *testing.T) {
	tests := []struct{ name, raw string }{
		{"empty, as a power cut leaves it", ""},
		{"truncated", `[{"server":"https://ho`},
		{"an object", `{}`},
		{"an incomplete entry", `[{"server":"https://host","mart":"42"}]`},
		{"a token too long", `[{"server":"https://host","mart":"42","token":"` + strings.Repeat("a", wire.MaxToken+1) + `"}]`},
		{"too many", "[" + strings.Repeat(`{"server":"a","mart":"b","token":"c"},`, maxTokens) + `{"server":"a","mart":"b","token":"c"}]`},
		{"too big", strings.Repeat(" ", 10<<20)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := storeWithFile(t, tt.raw)
			if got, err := store.load(); len(got) > 0 || err != nil {
				t.Errorf("%v, %v", got, err)
			}
			if aside, err := os.ReadFile(store.path + ".bad"); err != nil || string(aside) != tt.raw {
				t.Errorf("kept aside: %d bytes, %v", len(aside), err)
			}
			if err := store.saveToFile("https://host", "42", "one"); err != nil {
				t.Error(err)
			}
			if got, err := store.load(); got.find("https://host", "42") != "one" || err != nil {
				t.Errorf("then %v, %v", got, err)
			}
		})
	}
}

func TestAFolderInPlaceOfTheTokenFileIsLeftAlone(t *testing.T) {
	store := NewTokenStore(filepath.Join(t.TempDir(), "tokens.json"), testLog(t))
	if err := os.Mkdir(store.path, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := store.Token(t.Context(), "https://host", "42")
	if err == nil || errors.Is(err, ErrNoToken) || errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), store.path) {
		t.Errorf("%v", err)
	}
	if err := store.saveToFile("https://host", "42", "secret"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

func TestANewTokenReplacesTheOldestInAFullFile(t *testing.T) {
	store := NewTokenStore(filepath.Join(t.TempDir(), "tokens.json"), testLog(t))
	server := "https://" + strings.Repeat("a", maxServer-8)
	mart := func(i int) order.MartID { return order.MartID(fmt.Sprint(strings.Repeat("가", 63), i)) }
	long := strings.Repeat("a", wire.MaxToken)
	for i := range maxTokens + 1 {
		for range 2 { // the second one replaces the first
			if err := store.saveToFile(server, mart(i), long); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := store.load()
	if len(got) != maxTokens || err != nil || got.find(server, mart(0)) != "" || got.find(server, mart(1)) != long {
		t.Errorf("%d tokens, %v", len(got), err)
	}
}

func TestDeletingOneTokenKeepsTheOthers(t *testing.T) {
	store := storeWithFile(t, `[{"server":"https://a","mart":"1","token":"x"},{"server":"https://a","mart":"2","token":"y"},{"server":"https://b","mart":"1","token":"z"}]`)
	if err := store.deleteFromFile("https://a", "1"); err != nil {
		t.Fatal(err)
	}
	got, err := store.load()
	if err != nil || len(got) != 2 || got.find("https://a", "2") != "y" || got.find("https://b", "1") != "z" {
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
			if got.find(k.Server, k.Mart) == "" {
				t.Fatalf("an empty token for %q", k.Server)
			}
		}
	})
}
