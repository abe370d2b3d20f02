package devices

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// manager is an administrator's token of these marts.
func manager(marts ...order.MartID) token.Token {
	return token.Token{Claims: wire.Claims{Subject: "manager", Role: wire.RoleAdmin, Marts: marts}, Key: "k2"}
}

func TestACodeIsGoodAsLongAsWhoMadeIt(t *testing.T) {
	lent, old := manager("42"), manager("42", "43")
	lent.Lent, lent.Key = "k1", "k1"
	old.Origin = wire.Origin{Key: "k1", IssuedAt: 1}
	tests := []struct {
		name    string
		by      token.Token
		revoked wire.Revocation
		good    bool
	}{
		{"the manager is revoked", manager("42"), wire.Revocation{Device: "manager"}, false},
		{"at the mart", manager("43", "42"), wire.Revocation{Device: "manager", MartID: "42"}, false},
		{"at another mart", manager("43", "42"), wire.Revocation{Device: "manager", MartID: "43"}, true},
		{"the head office at one mart", manager(wire.AnyMart), wire.Revocation{Device: "manager", MartID: "42"}, true},
		{"the head office", manager(wire.AnyMart), wire.Revocation{Device: "manager"}, false},
		{"the key", manager("42"), wire.Revocation{Key: "k2"}, false},
		{"the key of before", manager("42"), wire.Revocation{Key: "k1"}, true},
		{"the key of which the token was made", old, wire.Revocation{Key: "k1"}, false},
		{"the lent key", lent, wire.Revocation{Key: "k1"}, false},
		{"the holder for whom the lent key vouches", lent, wire.Revocation{Device: "k1/manager"}, false},
		{"of whatever key, as servers of before do", lent, wire.Revocation{Device: "manager"}, false},
		{"another holder", lent, wire.Revocation{Device: "k2/manager"}, true},
		{"whoever has access to Redis", token.Token{}, wire.Revocation{Device: "manager"}, true},
	}
	onEach(t, func(t *testing.T, r *Registry) {
		for _, tt := range tests {
			o := gangnam
			if tt.by.Subject != "" {
				o.Maker = MakerOf(tt.by)
			}
			for _, key := range []string{"revoked", "undone"} {
				must(t, r.Offer(t.Context(), key, o, wire.CodeLife))
			}
			must(t, r.Revoke(t.Context(), tt.revoked))
			for _, take := range []func() (Offer, error){
				func() (Offer, error) { return r.Offered(t.Context(), "revoked") },
				func() (Offer, error) { return r.Redeem(t.Context(), "revoked") },
			} {
				if got, err := take(); errors.Is(err, ErrNoOffer) == tt.good || tt.good && (err != nil || got != o) {
					t.Errorf("%s: redeemed %+v, %v", tt.name, got, err)
				}
			}
			_, err := r.Undo(t.Context(), tt.revoked)
			must(t, err)
			if _, err := r.Redeem(t.Context(), "undone"); err != nil {
				t.Errorf("%s, which was taken back: %v", tt.name, err)
			}
		}
	})
}

func TestWhoPairedADeviceStaysListed(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		paired, later := device("pc-1"), device("pc-1")
		paired.PairedBy, paired.Name = `k1/"manager"\`, `{"by":"x","by":"y"}`
		must(t, r.Enrol(t.Context(), paired))
		for n, does := range []func() error{
			func() error { return r.came(t, later, "s") },
			func() error { return r.left(t, later, "s") },
			func() error { return r.polled(t, later) },
			func() error { return r.Enrol(t.Context(), later) },
		} {
			later.EndsAt, later.Name = noon.Add(time.Duration(n+1)*time.Hour), fmt.Sprint(`","by":"`, n, `"}`)
			must(t, does())
			if d := r.only(t); d.PairedBy != paired.PairedBy || n != 1 && (d.Name != later.Name || !d.EndsAt.Equal(later.EndsAt)) {
				t.Errorf("step %d: it is %+v", n, d)
			}
		}
		again := paired
		again.PairedBy = "head-office"
		must(t, r.Enrol(t.Context(), again))
		if d := r.only(t); d.PairedBy != "head-office" {
			t.Errorf("paired again: %+v", d)
		}
	})
}
