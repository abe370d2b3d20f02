package relay

import (
	"log/slog"
	"strings"
	"testing"
)

func TestAnAddressThatIsNoneIsRefusedWithoutRepeatingItsPassword(t *testing.T) {
	for _, o := range []Options{
		{Postgres: "postgres://relay:sesame@db:port/shop"},
		{Postgres: "postgres://relay:se/same@db/shop"},
		{Postgres: "postgres://relay:sesame@db/shop?sslmode=sesame"},
		{MySQL: "relay:sesame@db/shop"},
		{MySQL: "relay:sesame@tcp(db/shop"},
		{MySQL: "relay:sesame@tcp(db)/shop?parseTime=sesame"},
		{Postgres: "postgres://relay@db/shop", Redis: "redis://:sesame@h:port"},
	} {
		if o.Redis == "" {
			o.Redis = "redis://h"
		}
		o.Log = slog.New(slog.DiscardHandler)
		r, err := Open(o)
		if err == nil {
			r.Close()
			t.Errorf("%+v was accepted", o)
		} else if strings.Contains(err.Error(), "same") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func TestTheAddressOfADatabaseIsShownWithoutAPassword(t *testing.T) {
	for o, want := range map[Options]string{
		{Postgres: "postgres://relay:sesame@db/shop", Redis: "redis://h"}: "db:5432/shop",
		{MySQL: "relay:sesame@tcp(db:3306)/shop", Redis: "redis://h"}:     "db:3306/shop",
	} {
		r, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Database(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		r.Close()
	}
}

func TestARowIsAnOrderOfItsOwnUnlessItHasAKeyOrIsAWithdrawal(t *testing.T) {
	tests := []struct {
		name, key string
		cancelled bool
		want      any
	}{
		{"its own key", "k", false, "k"},
		{"no key", "", false, "outbox-7-20260727200000000001"},
		{"a key that is too long", strings.Repeat("k", 200), false, "outbox-7-20260727200000000001"},
		{"a withdrawal by number", "", true, nil},
		{"a withdrawal by key", "k", true, "k"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := row{id: 7, made: "20260727200000000001", entry: entry("42", "1001", tt.key, "", "", "")}
			w.identify(tt.cancelled)
			if w.bad != nil || w.entry["key"] != tt.want {
				t.Errorf("%v, %v; want %v", w.entry["key"], w.bad, tt.want)
			}
		})
	}
}
