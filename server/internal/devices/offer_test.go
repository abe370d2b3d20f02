package devices

import (
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

var gangnam = Offer{Pairing: wire.Pairing{MartID: "42", Name: "강남점"}}

func TestWhatIsOfferedIsRedeemedOnce(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		must(t, r.Offer(t.Context(), "key{}", gangnam, time.Minute))
		if p, err := r.Offered(t.Context(), "key{}"); err != nil || p != gangnam {
			t.Fatalf("offered %+v, %v", p, err)
		}
		p, err := r.Redeem(t.Context(), "key{}")
		if err != nil || p != gangnam {
			t.Fatalf("redeemed %+v, %v", p, err)
		}
		if _, err := r.Offered(t.Context(), "key{}"); !errors.Is(err, ErrNoOffer) {
			t.Errorf("still offered: %v", err)
		}
		if _, err := r.Redeem(t.Context(), "key{}"); !errors.Is(err, ErrNoOffer) {
			t.Errorf("redeemed again: %v", err)
		}
	})
}

func TestAMartHasTheNameOfItsLastOffer(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		for _, tt := range []struct {
			offered  string
			redeemed bool
			want     string
		}{{"made up", false, ""}, {"", true, ""}, {"강남점", true, "강남점"}, {"", true, "강남점"}, {"역삼점", false, "역삼점"}} {
			must(t, r.Offer(t.Context(), "key", Offer{Pairing: wire.Pairing{MartID: "42", Name: tt.offered}}, time.Minute))
			if tt.redeemed {
				_, err := r.Redeem(t.Context(), "key")
				must(t, err)
			}
			if name, err := r.MartName(t.Context(), "42"); err != nil || name != tt.want {
				t.Errorf("after %q: %q, %v", tt.offered, name, err)
			}
		}
		if name, err := r.MartName(t.Context(), "43"); err != nil || name != "" {
			t.Errorf("another mart: %q, %v", name, err)
		}
	})
}

func TestOfManyWhoRedeemAtTheSameTimeOneDoes(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		must(t, r.Offer(t.Context(), "key", gangnam, time.Minute))
		var redeemed, late atomic.Int64
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				switch p, err := r.Redeem(t.Context(), "key"); {
				case err == nil && p == gangnam:
					redeemed.Add(1)
				case errors.Is(err, ErrNoOffer):
					late.Add(1)
				default:
					t.Errorf("redeemed %+v, %v", p, err)
				}
			})
		}
		wg.Wait()
		if redeemed.Load() != 1 || late.Load() != 49 {
			t.Errorf("%d redeemed it, %d came late", redeemed.Load(), late.Load())
		}
	})
}

func TestAnOfferEnds(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	for _, life := range []time.Duration{time.Minute, 0} {
		must(t, r.Offer(t.Context(), "key", gangnam, life))
		if left := r.client.PTTL(t.Context(), offerKey("key")).Val(); left == -1 || left > max(life, time.Millisecond) {
			t.Errorf("an offer for %v ends after %v", life, left)
		}
	}
}

func TestAnOfferThatIsNotOursIsNone(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	for _, body := range []string{"", "hello", "{}", `{"martId":"a b"}`, "\xff"} {
		must(t, r.client.Set(t.Context(), offerKey("key"), body, time.Minute).Err())
		if p, err := r.Redeem(t.Context(), "key"); !errors.Is(err, ErrNoOffer) {
			t.Errorf("%q: redeemed %+v, %v", body, p, err)
		}
	}
	if n := r.Foreign(); n != 5 {
		t.Errorf("%d were counted", n)
	}
}

func FuzzParseOffer(f *testing.F) {
	f.Add(`{"martId":"42","name":"강남점"}`)
	f.Add("{}")
	f.Add(`{"martId":"42","maker":{"sub":"pos","lent":"k1","kid":"k2","origin":{"kid":"k1","iat":1},"all":true}}`)
	f.Fuzz(func(t *testing.T, body string) {
		p, err := parseOffer(body)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) || len(err.Error()) > 50 { // it may not repeat the body
				t.Fatal(err)
			}
			return
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := parseOffer(string(again)); err != nil || same != p {
			t.Fatalf("%+v, and again %+v, %v", p, same, err)
		}
	})
}

// tick returns in a later millisecond: Redis counts those.
func (r *Registry) tick(t *testing.T) {
	t.Helper()
	for now := r.now(t); r.now(t).Sub(now) < 2*time.Millisecond; {
	}
}

func TestAnOfferEndsWhenTheTokensOfItsMartAreRevoked(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	for _, mart := range []order.MartID{"42", wire.AnyMart} {
		must(t, r.Offer(t.Context(), "before", gangnam, wire.CodeLife))
		r.tick(t)
		must(t, r.Revoke(t.Context(), wire.Revocation{MartID: mart}))
		must(t, r.Revoke(t.Context(), wire.Revocation{MartID: "43"}))
		r.tick(t)
		must(t, r.Offer(t.Context(), "after", gangnam, wire.CodeLife))
		if p, err := r.Redeem(t.Context(), "before"); !errors.Is(err, ErrNoOffer) {
			t.Errorf("%s: redeemed %+v, %v", mart, p, err)
		}
		if _, err := r.Redeem(t.Context(), "after"); err != nil {
			t.Errorf("%s: what was made later: %v", mart, err)
		}
	}
}

func TestAnOfferThatLastsTooLongIsNotOurs(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	for _, life := range []time.Duration{0, wire.CodeLife + time.Minute} { // 0: without end
		must(t, r.client.Set(t.Context(), offerKey("key"), `{"martId":"42"}`, life).Err())
		if p, err := r.Redeem(t.Context(), "key"); !errors.Is(err, ErrNoOffer) {
			t.Errorf("redeemed %+v, %v", p, err)
		}
	}
}
