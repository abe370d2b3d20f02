package keyring

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(url)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// jwk returns a key of a key file. Its secret is made of text.
func jwk(kid, secret, more string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf("%-32.32s", secret)))
	return fmt.Sprintf(`{"kty":"oct","kid":%q,"k":%q%s}`, kid, text, more)
}

func parse(t testing.TB, keys ...string) *token.Keys {
	t.Helper()
	k, err := token.Parse([]byte(`{"keys":[` + strings.Join(keys, ",") + `]}`))
	must(t, err)
	return k
}

// A pod is a server as far as its keys go.
type pod struct {
	*Ring
	keys    *token.Keys
	revoked map[string]bool
	log     strings.Builder
}

func newPod(t *testing.T, s *Store, keys ...string) *pod {
	t.Helper()
	p := &pod{keys: parse(t, keys...), revoked: map[string]bool{}}
	p.Ring = New(Options{Store: s, Keys: func() *token.Keys { return p.keys }, Revoked: func(kid string) bool { return p.revoked[kid] },
		Known: func() bool { return true }, Log: slog.New(slog.NewTextHandler(&p.log, nil))})
	return p
}

func TestServersCompareTheirKeys(t *testing.T) {
	const lent = `,"marts":["42"]`
	tests := []struct {
		name         string
		theirs, mine []string
		revoked      string
		want         string // part of the error; empty: the keys fit
	}{
		{"the first server", nil, []string{jwk("a", "a", "")}, "", ""},
		{"the same", []string{jwk("a", "a", "")}, []string{jwk("a", "a", "")}, "", ""},
		{"one more", []string{jwk("a", "a", "")}, []string{jwk("a", "a", ""), jwk("b", "b", "")}, "", ""},
		{"one less", []string{jwk("a", "a", ""), jwk("b", "b", "")}, []string{jwk("b", "b", "")}, "", ""},
		{"another file", []string{jwk("a", "a", "")}, []string{jwk("b", "b", "")}, "", "another key file than the servers of this Redis, which have a"},
		{"another file, the old key is revoked", []string{jwk("a", "a", "")}, []string{jwk("b", "b", "")}, "a", ""},
		{"only a lent key is shared", []string{jwk("a", "a", ""), jwk("l", "l", lent)}, []string{jwk("b", "b", ""), jwk("l", "l", lent)}, "", "another key file"},
		{"another secret", []string{jwk("a", "a", "")}, []string{jwk("a", "b", "")}, "", "the key a has another secret"},
		{"another secret of a lent key", []string{jwk("a", "a", ""), jwk("l", "l", lent)}, []string{jwk("a", "a", ""), jwk("l", "m", lent)}, "", "the key l has another secret"},
		{"another secret of a revoked key", []string{jwk("a", "a", ""), jwk("b", "b", "")}, []string{jwk("a", "a", ""), jwk("b", "c", "")}, "b", ""},
		{"other limits", []string{jwk("a", "a", ""), jwk("l", "l", lent)}, []string{jwk("a", "a", ""), jwk("l", "l", `,"marts":["43"]`)}, "", ""},
	}
	redistest.OnEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				for _, key := range []string{keysKey, serversKey} {
					must(t, s.client.Del(t.Context(), key).Err())
				}
				if tt.theirs != nil {
					must(t, newPod(t, s, tt.theirs...).check(t.Context()))
				}
				p := newPod(t, s, tt.mine...)
				p.revoked[tt.revoked] = true
				must(t, p.check(t.Context()))
				if err := p.Ready(); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
					t.Errorf("ready: %v", err)
				}
				if stored, err := s.Keys(t.Context()); err != nil || strings.Contains(tt.want, "another key file") && stored["b"].Mark != "" {
					t.Errorf("the keys of a server that is not ready are stored: %v, %v", stored, err)
				}
			})
		}
	})
}

func TestNothingIsReadyBeforeTheKeysWereCompared(t *testing.T) {
	p := newPod(t, open(t, "redis://127.0.0.1:1"), jwk("a", "a", ""))
	if err := p.check(t.Context()); err == nil || p.Ready() == nil {
		t.Errorf("checked: %v, ready: %v", err, p.Ready())
	}
}

func TestWhileRedisIsAwayAServerStaysAsItWas(t *testing.T) {
	redis := redistest.Start(t)
	p := newPod(t, open(t, redis.URL()), jwk("a", "a", ""))
	must(t, p.check(t.Context()))
	redis.Kill()
	if err := p.check(t.Context()); err == nil || p.Ready() != nil {
		t.Errorf("checked: %v, ready: %v", err, p.Ready())
	}
}

func TestKeysThatDifferForTenMinutesAreSaidOnce(t *testing.T) {
	s := open(t, redistest.Start(t).URL())
	one, two := newPod(t, s, jwk("a", "a", ""), jwk("b", "b", "")), newPod(t, s, jwk("a", "a", ""))
	both := func() {
		must(t, one.check(t.Context()))
		must(t, two.check(t.Context()))
	}
	both()
	both()
	for _, p := range []*pod{one, two} {
		if p.Differ() || p.Ready() != nil || p.log.Len() > 0 || p.differs.IsZero() {
			t.Errorf("it says so at once: %v, %v, %s", p.Differ(), p.Ready(), p.log.String())
		}
		p.differs = p.differs.Add(-patience)
	}
	both()
	both()
	for p, missing := range map[*pod]string{one: `"missing here"=""`, two: `"missing here"=b`} {
		if !p.Differ() || p.Ready() != nil || strings.Count(p.log.String(), "different key files") != 1 || !strings.Contains(p.log.String(), missing) {
			t.Errorf("differ: %v, ready: %v, log: %s", p.Differ(), p.Ready(), p.log.String())
		}
	}
	two.keys = one.keys
	both()
	both()
	if one.Differ() || two.Differ() {
		t.Error("they have the same keys now")
	}
}

func TestAServerThatIsGoneDoesNotCount(t *testing.T) {
	s := open(t, redistest.Start(t).URL())
	one := newPod(t, s, jwk("a", "a", ""), jwk("b", "b", ""))
	must(t, one.check(t.Context()))
	long := time.Now().Add(-recent - time.Minute).UnixMilli()
	must(t, s.client.HSet(t.Context(), serversKey, one.name, fmt.Sprint(long, " x")).Err())
	two := newPod(t, s, jwk("a", "a", ""))
	must(t, two.check(t.Context()))
	if !two.differs.IsZero() {
		t.Error("it counts")
	}
}

func TestAKeyThatNoServerHasIsForgottenInTheEnd(t *testing.T) {
	s := open(t, redistest.Start(t).URL())
	must(t, newPod(t, s, jwk("a", "a", "")).check(t.Context()))
	for kid, age := range map[string]time.Duration{"old": keep + time.Hour, "less": keep - time.Hour} {
		must(t, s.client.HSet(t.Context(), keysKey, kid, fmt.Sprint(time.Now().Add(-age).UnixMilli(), " x 0 false")).Err())
	}
	must(t, s.client.HSet(t.Context(), keysKey, "foreign", "x").Err())
	must(t, newPod(t, s, jwk("a", "a", "")).check(t.Context()))
	stored, err := s.client.HKeys(t.Context(), keysKey).Result()
	must(t, err)
	slices.Sort(stored)
	if got := strings.Join(stored[1:], " "); got != "a less" && got != "less a" {
		t.Errorf("there are %s", got)
	}
}

func TestOnlyTokensFromBeforeAreToBeRenewed(t *testing.T) {
	redistest.OnEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		hourOld := fmt.Sprintf(`,"iat":%d`, time.Now().Add(-time.Hour).Unix())
		p := newPod(t, s, jwk("a", "a", ""), jwk("b", "b", hourOld), jwk("l", "l", `,"marts":["42"]`))
		must(t, p.check(t.Context()))
		for kid, want := range map[string]error{"a": nil, "b": ErrSigns, "l": ErrLent, "x": ErrUnknownKey} {
			if err := s.Renew(t.Context(), kid); err != want {
				t.Errorf("%s: %v", kid, err)
			}
		}
		must(t, p.check(t.Context()))
		now := time.Now().Unix()
		for _, tt := range []struct {
			kid    string
			issued int64
			want   bool
		}{{"a", now - 60, true}, {"a", now + 60, false}, {"b", now - 60, false}} {
			if got := p.WantsRenewal(token.Token{Claims: wire.Claims{IssuedAt: tt.issued}, Key: tt.kid}); got != tt.want {
				t.Errorf("one of %s at %d: %v", tt.kid, tt.issued-now, got)
			}
		}
	})
}

func TestAServerThatWasReadyStaysSoWhenRedisWasEmptiedAndAnotherCameFirst(t *testing.T) {
	s := open(t, redistest.Start(t).URL())
	for name, stranger := range map[string]string{"another file": jwk("b", "b", ""), "another secret": jwk("a", "x", "")} {
		one, two := newPod(t, s, jwk("a", "a", "")), newPod(t, s, stranger)
		must(t, s.client.Del(t.Context(), keysKey, serversKey).Err())
		must(t, one.check(t.Context()))
		must(t, two.check(t.Context()))
		if one.Ready() != nil || two.Ready() == nil {
			t.Fatalf("%s: ready: %v, %v", name, one.Ready(), two.Ready())
		}
		must(t, s.client.Del(t.Context(), keysKey, serversKey).Err())
		for range 2 {
			must(t, two.check(t.Context()))
			must(t, one.check(t.Context()))
			if one.Ready() != nil {
				t.Errorf("%s: it is not ready any more: %v", name, one.Ready())
			}
		}
		one.keys = parse(t, jwk("c", "c", ""))
		must(t, one.check(t.Context()))
		if one.Ready() == nil {
			t.Errorf("%s: with other keys it is ready", name)
		}
	}
}

func TestAKeyThatEveryServerHasTakenOutIsForgotten(t *testing.T) {
	redistest.OnEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		a, b := jwk("a", "a", ""), jwk("b", "b", "")
		one, two := newPod(t, s, a, b), newPod(t, s, a, b)
		for _, step := range []struct {
			name     string
			one, two *token.Keys
			want     int
		}{
			{"both have both", parse(t, a, b), parse(t, a, b), 2},
			{"one has taken it out", parse(t, b), parse(t, a, b), 2},
			{"both have", parse(t, b), parse(t, b), 1},
			{"one has another file: that does not fit", parse(t, jwk("c", "c", "")), parse(t, b), 1},
		} {
			one.keys, two.keys = step.one, step.two
			must(t, one.check(t.Context()))
			must(t, two.check(t.Context()))
			if stored, err := s.Keys(t.Context()); err != nil || len(stored) != step.want {
				t.Errorf("%s: there are %v, %v", step.name, stored, err)
			}
		}
	})
}

func TestALentKeyMayGetAnotherSecretWhileServersRunAndAKeyOfTheServersMayNot(t *testing.T) {
	s := open(t, redistest.Start(t).URL())
	const lent = `,"marts":["42"]`
	one, two := newPod(t, s, jwk("a", "a", ""), jwk("l", "l", lent)), newPod(t, s, jwk("a", "a", ""), jwk("l", "l", lent))
	check := func(want bool, when string) {
		t.Helper()
		for range 2 {
			for _, p := range []*pod{one, two} {
				must(t, p.check(t.Context()))
			}
		}
		if one.Ready() == nil != want || two.Ready() != nil {
			t.Errorf("%s: ready: %v, %v", when, one.Ready(), two.Ready())
		}
	}
	check(true, "as they were")
	one.keys = parse(t, jwk("a", "a", ""), jwk("l", "m", lent))
	check(true, "one has the new secret")
	two.keys = one.keys
	check(true, "both have")
	one.keys = parse(t, jwk("a", "x", ""), jwk("l", "m", lent))
	check(false, "one has another key of the servers")
}

func TestAStrangerDoesNotTakeTheFirstPlaceInAnEmptiedRedis(t *testing.T) {
	redistest.OnEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		for name, file := range map[string]string{"another file": jwk("b", "b", ""), "another secret": jwk("a", "x", "")} {
			must(t, s.client.Del(t.Context(), keysKey, serversKey).Err())
			one, two := newPod(t, s, jwk("a", "a", "")), newPod(t, s, file)
			must(t, one.check(t.Context()))
			must(t, two.check(t.Context()))
			for range 2 { // emptied again before the others came back
				must(t, s.client.Del(t.Context(), keysKey, serversKey).Err())
				must(t, two.check(t.Context()))
				must(t, two.check(t.Context()))
				if two.Ready() == nil || !strings.Contains(two.Ready().Error(), "has lost which keys") {
					t.Errorf("%s: ready: %v", name, two.Ready())
				}
			}
			must(t, one.check(t.Context()))
			must(t, two.check(t.Context()))
			if one.Ready() != nil || two.Ready() == nil || strings.Contains(two.Ready().Error(), "has lost which keys") || !two.lost.IsZero() {
				t.Errorf("%s: ready: %v, %v", name, one.Ready(), two.Ready())
			}
		}
	})
}

func TestAStrangerTakesAnEmptiedRedisWhenNobodyCameForTenMinutes(t *testing.T) {
	s := open(t, redistest.Start(t).URL())
	two := newPod(t, s, jwk("b", "b", ""))
	must(t, newPod(t, s, jwk("a", "a", "")).check(t.Context()))
	must(t, two.check(t.Context()))
	must(t, s.client.Del(t.Context(), keysKey, serversKey).Err())
	must(t, two.check(t.Context()))
	two.lost = two.lost.Add(-patience)
	for range 2 {
		must(t, two.check(t.Context()))
	}
	if two.Ready() != nil {
		t.Error(two.Ready())
	}
}

func TestAKeyThatOnlyAnotherServerHasMakesItsTokensNoStrangers(t *testing.T) {
	redistest.OnEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		one, two := newPod(t, s, jwk("a", "a", ""), jwk("b", "b", "")), newPod(t, s, jwk("a", "a", ""))
		both := func() {
			must(t, one.check(t.Context()))
			must(t, two.check(t.Context()))
		}
		both()
		for kid, want := range map[string]bool{"a": false, "b": true, "c": false, "": false} {
			if two.Strange(kid) != want || one.Strange(kid) {
				t.Errorf("%q: %v, and %v where it is in the file", kid, two.Strange(kid), one.Strange(kid))
			}
		}
		two.revoked["b"] = true
		if two.Strange("b") {
			t.Error("it is revoked")
		}
		two.revoked["b"] = false
		one.keys = two.keys
		both()
		if two.Strange("b") {
			t.Error("no server has it any more")
		}
	})
}

func TestAServerWhoseKeysFittedWritesThemBackAtTheFirstHint(t *testing.T) {
	s := open(t, redistest.Start(t).URL())
	one := newPod(t, s, jwk("a", "a", ""))
	must(t, one.check(t.Context()))
	must(t, s.client.Del(t.Context(), keysKey, serversKey).Err())
	one.Hint()
	one.rest(t.Context(), time.Hour) // it returns when the keys are to be compared
	must(t, one.check(t.Context()))
	if stored, err := s.Keys(t.Context()); err != nil || stored["a"].Mark == "" {
		t.Errorf("there are %v, %v", stored, err)
	}
}
