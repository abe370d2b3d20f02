package auth

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A pass is asked what its grant is asked, while revocations of whatever kind come.
func TestAPassSaysWhatItsGrantSays(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	marts := []order.MartID{"1", "2", "3", wire.AnyMart}
	now := time.Now().Unix()
	said := map[bool]int{}
	for range 2000 {
		revoked := &revocation.List{}
		g := &Grant{Token: token.Token{Claims: wire.Claims{Subject: fmt.Sprint("pc-", dice.IntN(3)), Role: wire.RoleDevice, IssuedAt: now + dice.Int64N(3)}, Key: fmt.Sprint("k", dice.IntN(3))}, Revoked: revoked}
		if dice.IntN(2) == 0 {
			g.Origin = wire.Origin{Key: fmt.Sprint("k", dice.IntN(3)), IssuedAt: now, Lent: dice.IntN(2) == 0}
		}
		if g.Origin.Lent {
			g.Lent = g.Origin.Key
		}
		for range dice.IntN(3) {
			g.Marts = append(g.Marts, marts[dice.IntN(len(marts))])
		}
		mart := marts[dice.IntN(len(marts))]
		pass := g.Pass(mart)
		for range 4 {
			if got, want := pass.Stands(mart), g.Stands(mart); got != want {
				t.Fatalf("the pass for %s of %+v stands: %v; the grant: %v; so many are revoked: %d", mart, g.Token, got, want, revoked.Len())
			}
			said[pass.Stands(mart)]++
			for _, other := range marts {
				if other != mart && pass.Stands(other) {
					t.Fatalf("a pass for %s stands for %s", mart, other)
				}
			}
			revoked.Learn(anyRevocation(dice, now))
		}
	}
	if said[true] < 1000 || said[false] < 1000 {
		t.Errorf("it stood, or not: %v", said)
	}
}

// anyRevocation is one that may be about the grants of the test above, or none.
func anyRevocation(dice *rand.Rand, now int64) []wire.Revocation {
	at := time.Unix(now+dice.Int64N(3), 0)
	return [][]wire.Revocation{
		nil, {{Device: fmt.Sprint("pc-", dice.IntN(6)), At: at}}, {{Key: fmt.Sprint("k", dice.IntN(6)), At: at}},
		{{MartID: order.MartID(fmt.Sprint(dice.IntN(6))), At: at}}, {{MartID: wire.AnyMart, At: at.Add(-2 * time.Second)}},
		{{Device: fmt.Sprintf("k%d/pc-%d", dice.IntN(3), dice.IntN(3)), At: at}}, {{Device: fmt.Sprint("pc-", dice.IntN(6)), Older: true, At: at}},
		{{Device: fmt.Sprint("pc-", dice.IntN(3)), MartID: order.MartID(fmt.Sprint(dice.IntN(4))), At: at}}, {{Key: fmt.Sprint("k", dice.IntN(6)), At: at, UndoneAt: at}},
	}[dice.IntN(9)]
}

func TestAPassFallsWithItsKeyAndStandsAgainWithIt(t *testing.T) {
	s := newFixture(t, nil)
	if status, _, _ := s.ask("GET", wire.OrdersPath("42"), bearing(s.token(wire.RoleDevice, "42"))...); status != http.StatusOK {
		t.Fatal(status)
	}
	granted, own := s.granted, s.keys
	pass := granted.Pass("42")
	for _, tt := range []struct {
		name string
		keys *token.Keys
		want bool
	}{{"as it was", own, true}, {"without the key", token.Throwaway(time.Now()), false}, {"with it", own, true}} {
		s.keys = tt.keys
		if pass.Stands("42") != tt.want || granted.Stands("42") != tt.want {
			t.Errorf("%s: the pass stands: %v, the grant: %v", tt.name, pass.Stands("42"), granted.Stands("42"))
		}
	}
}

func TestWithoutAListNoPassStands(t *testing.T) {
	g := &Grant{Token: token.Token{Claims: claims(wire.RoleDevice, "42")}}
	if p := g.Pass("42"); p.Stands("42") || p.Holder() != "pc-1" || p.Mart() != "42" {
		t.Errorf("it stands, though nobody can say so, or is for another: %+v", p)
	}
}

func TestAPassAndASlotAreSmall(t *testing.T) {
	if pass, slot := unsafe.Sizeof(Pass{}), unsafe.Sizeof(Slot{}); pass > 64 || slot > 112 {
		t.Errorf("a pass has %d bytes, a slot %d", pass, slot)
	}
}

// What a stream keeps must not keep the request, which is a hundred times as large.
func TestAPassKeepsNothingElseInMemory(t *testing.T) {
	for _, mart := range []order.MartID{"42", wire.AnyMart} {
		s := newFixture(t, nil)
		var pass *Pass
		var gone []chan struct{}
		watch := func(text string) {
			done := make(chan struct{})
			gone = append(gone, done)
			runtime.AddCleanup(unsafe.StringData(text), func(done chan struct{}) { close(done) }, done)
		}
		func() {
			r := httptest.NewRequest("GET", wire.EventsPath("42"), nil)
			long := strings.Repeat(" ", 1000) // one piece of memory of its own, for path and token alike
			path, sent := strings.Clone("/v1/marts/42/events"+long), strings.Clone("Bearer "+s.token(wire.RoleDevice, mart)+long)
			r.URL.Path, r.URL.RawPath = path[:len(path)-len(long)], ""
			r.Header.Set("Authorization", sent)
			watch(path)
			watch(sent)
			mux := http.NewServeMux()
			mux.Handle(wire.EventsPattern, s.Require(wire.RoleDevice, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				slot, ok := s.TakeStream(w, r)
				if !ok {
					t.Error("no place")
				}
				pass = &slot.Pass
			})))
			mux.ServeHTTP(httptest.NewRecorder(), r)
		}()
		for i, done := range gone {
			if !collected(done) {
				t.Errorf("a token for %s: part %d of the request is kept", mart, i)
			}
		}
		if !pass.Stands("42") {
			t.Error("it does not stand")
		}
	}
}

// collected reports whether what done tells of is given back within some rounds.
func collected(done <-chan struct{}) bool {
	for range 50 {
		runtime.GC()
		select {
		case <-done:
			return true
		default:
			runtime.Gosched()
		}
	}
	return false
}

// A stream may outlive its handler: its place is held until it is left.
func TestAPlaceIsHeldUntilItIsLeft(t *testing.T) {
	s := newFixture(t, func(o *Options) { o.StreamsPerAddress = 5 })
	take := func(subject, peer string) (Slot, *httptest.ResponseRecorder) {
		g := &Grant{Token: token.Token{Claims: wire.Claims{Subject: subject, Role: wire.RoleDevice, Marts: []order.MartID{"42"}}}, Revoked: s.revoked}
		r := httptest.NewRequestWithContext(With(t.Context(), g), "GET", wire.EventsPath("42"), nil)
		r.SetPathValue("mart", "42")
		r.RemoteAddr = peer
		w := httptest.NewRecorder()
		slot, ok := s.TakeStream(w, r)
		if ok != (w.Code == 200) {
			t.Fatalf("%s has a place: %v, and is told %d", subject, ok, w.Code)
		}
		return slot, w
	}
	var slots []Slot
	for n := range 5 {
		slot, _ := take(fmt.Sprint("pc-", n), "203.0.113.7:1")
		if slots = append(slots, slot); !slot.Pass.Stands("42") || slot.Pass.Holder() != fmt.Sprint("pc-", n) {
			t.Errorf("its pass is %+v", slot.Pass)
		}
	}
	if _, w := take("pc-6", "203.0.113.7:1"); w.Code != 429 || w.Header().Get("Retry-After") != "30" || !slices.Equal(s.refused, []string{TooManyStreams}) {
		t.Errorf("one more: %d, again after %s, counted %v", w.Code, w.Header().Get("Retry-After"), s.refused)
	}
	if s.devices.Keys() != 5 {
		t.Errorf("one that was refused is remembered: %d devices are", s.devices.Keys())
	}
	slots[0].Release()
	again, w := take("pc-6", "203.0.113.7:1")
	if w.Code != 200 {
		t.Errorf("after one was left: %d", w.Code)
	}
	for _, slot := range append(slots[1:], again) {
		slot.Release()
	}
	if s.devices.Keys()+s.addresses.Keys() != 0 {
		t.Errorf("%d devices and %d addresses are remembered", s.devices.Keys(), s.addresses.Keys())
	}
}

func BenchmarkTakeStreamAndRelease(b *testing.B) {
	s := newFixture(b, func(o *Options) { o.StreamsPerAddress = 5 })
	g := &Grant{Token: token.Token{Claims: claims(wire.RoleDevice, "42")}, Revoked: s.revoked}
	r := httptest.NewRequestWithContext(With(b.Context(), g), "GET", wire.EventsPath("42"), nil)
	r.SetPathValue("mart", "42")
	r.RemoteAddr = "203.0.113.7:1"
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		slot, ok := s.TakeStream(w, r)
		if !ok {
			b.Fatal("no place")
		}
		slot.Release()
	}
}

// BenchmarkHeldSlots reports how many bytes a slot takes, its pass included.
func BenchmarkHeldSlots(b *testing.B) {
	const many = 20_000
	for b.Loop() {
		s := newFixture(b, nil)
		slots, subjects := make([]Slot, many), make([]string, many)
		for i := range subjects {
			subjects[i] = fmt.Sprint("pc-", i)
		}
		before := heap()
		for i, subject := range subjects {
			g := &Grant{Token: token.Token{Claims: wire.Claims{Subject: subject, Role: wire.RoleDevice, Marts: []order.MartID{"42"}}}, Revoked: s.revoked}
			slots[i] = Slot{Pass: g.Pass("42"), gate: s.Gate}
			slots[i].take("")
		}
		b.ReportMetric(float64(heap()-before)/many+float64(unsafe.Sizeof(Slot{})), "B/slot")
		runtime.KeepAlive(slots)
		runtime.KeepAlive(s)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkPassStands(b *testing.B) {
	var v revocation.List
	list := make([]wire.Revocation, 10_000)
	for i := range list {
		list[i] = wire.Revocation{Device: fmt.Sprint(i), At: time.Now()}
	}
	v.Learn(list)
	keys := token.Throwaway(time.Now())
	t, err := keys.Check(sign(b, keys, claims(wire.RoleDevice, "42")), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	p := (&Grant{Token: t, Revoked: &v, Keys: func() *token.Keys { return keys }}).Pass("42")
	b.ReportAllocs()
	for b.Loop() {
		p.Stands("42")
	}
}
