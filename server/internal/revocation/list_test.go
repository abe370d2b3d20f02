package revocation

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// all returns what v knows.
func all(v *List) (known []wire.Revocation) {
	for _, each := range v.stamps() {
		known = append(known, each.revocation())
	}
	return known
}

func TestARevocationVoidsWhatItNames(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	holding := func(issued time.Time, marts ...order.MartID) token.Token {
		return token.Token{Claims: wire.Claims{Subject: "pc-1", Role: wire.RoleDevice, Marts: marts, IssuedAt: issued.Unix()}, Key: "k1"}
	}
	mine, everywhere := holding(now, "42"), holding(now, "*")
	tests := []struct {
		name    string
		revoked wire.Revocation
		token   token.Token
		mart    order.MartID
		want    bool
	}{
		{"nothing", wire.Revocation{At: now}, mine, "42", false},
		{"the device", wire.Revocation{Device: "pc-1", At: now}, mine, "42", true},
		{"the device, before the token was issued", wire.Revocation{Device: "pc-1", At: now.Add(-time.Hour)}, mine, "42", true},
		{"the device, and that was taken back", wire.Revocation{Device: "pc-1", At: now, UndoneAt: now}, mine, "42", false},
		{"the device, and again after that was taken back", wire.Revocation{Device: "pc-1", At: now, UndoneAt: now.Add(-time.Millisecond)}, mine, "42", true},
		{"the device at its mart", wire.Revocation{Device: "pc-1", MartID: "42", At: now}, mine, "42", true},
		{"the device at another mart", wire.Revocation{Device: "pc-1", MartID: "43", At: now}, mine, "42", false},
		{"the device at a mart, of a token for every mart", wire.Revocation{Device: "pc-1", MartID: "42", At: now}, everywhere, "42", true},
		{"the device at another mart, of a token for every mart", wire.Revocation{Device: "pc-1", MartID: "43", At: now}, everywhere, "42", false},
		{"older tokens", wire.Revocation{Device: "pc-1", Older: true, At: now.Add(time.Second)}, mine, "42", true},
		{"older tokens than this one", wire.Revocation{Device: "pc-1", Older: true, At: now}, mine, "42", false},
		{"another device", wire.Revocation{Device: "pc-2", At: now}, mine, "42", false},
		{"a device with the name of the key", wire.Revocation{Device: "k1", At: now}, mine, "42", false},
		{"a device with the name of the mart", wire.Revocation{Device: "42", At: now}, mine, "42", false},
		{"the key", wire.Revocation{Key: "k1", At: now}, mine, "42", true},
		{"the key, before the token was issued", wire.Revocation{Key: "k1", At: now.Add(-time.Hour)}, mine, "42", true},
		{"the key, ten years ago", wire.Revocation{Key: "k1", At: now.AddDate(-10, 0, 0)}, mine, "42", true},
		{"another key", wire.Revocation{Key: "k2", At: now}, mine, "42", false},
		{"a key with the name of the device", wire.Revocation{Key: "pc-1", At: now}, mine, "42", false},
		{"the mart, in the second of the token", wire.Revocation{MartID: "42", At: now.Add(time.Millisecond)}, mine, "42", true},
		{"the mart, the second before", wire.Revocation{MartID: "42", At: now.Add(-time.Millisecond)}, mine, "42", false},
		{"another mart", wire.Revocation{MartID: "43", At: now}, mine, "42", false},
		{"another mart, which is asked for", wire.Revocation{MartID: "43", At: now}, mine, "43", false},
		{"every mart", wire.Revocation{MartID: "*", At: now}, mine, "42", true},
		{"every mart, before the token was issued", wire.Revocation{MartID: "*", At: now.Add(-time.Second)}, mine, "42", false},
		{"a mart, of a token for every mart", wire.Revocation{MartID: "42", At: now}, everywhere, "42", true},
		{"another mart, of a token for every mart", wire.Revocation{MartID: "43", At: now}, everywhere, "42", false},
		{"every mart, of a token for every mart", wire.Revocation{MartID: "*", At: now}, everywhere, "42", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var v List
			if v.Voids(tt.token, tt.mart) || v.Known() {
				t.Fatal("it knows something before it learnt it")
			}
			v.Learn([]wire.Revocation{tt.revoked})
			if got := v.Voids(tt.token, tt.mart); got != tt.want || !v.Known() {
				t.Errorf("voids: %v, known: %v", got, v.Known())
			}
		})
	}
}

func TestRevokingAMartVoidsNeitherPublishersNorAdmins(t *testing.T) {
	now := time.Now()
	for _, role := range []wire.Role{wire.RolePublisher, wire.RoleAdmin} {
		for _, marts := range [][]order.MartID{{"42"}, {"*"}} {
			var v List
			held := token.Token{Claims: wire.Claims{Subject: "erp", Role: role, Marts: marts, IssuedAt: now.Unix() - 60}, Key: "k1"}
			v.Learn([]wire.Revocation{{MartID: "42", At: now}, {MartID: "*", At: now}, {Device: "erp", Older: true, At: now}})
			if v.Voids(held, "42") || v.Replaced(held) || v.VoidsAll(held) {
				t.Errorf("%s for %v: void at the mart %v, at all %v", role, marts, v.Voids(held, "42"), v.VoidsAll(held))
			}
			if v.Learn([]wire.Revocation{{Device: "erp", At: now}}); !v.Voids(held, "42") {
				t.Errorf("%s for %v: not void though its holder is revoked", role, marts)
			}
		}
	}
}

func TestWhatWasLearntStaysAndTheLatestTimeCounts(t *testing.T) {
	var v List
	now := time.Now()
	later := wire.Revocation{MartID: "42", At: now.Truncate(time.Millisecond).UTC()}
	v.Learn(nil)
	if !v.Known() || v.Len() != 0 {
		t.Errorf("an empty list: known %v, %d revocations", v.Known(), v.Len())
	}
	for range 2 { // again, and out of order
		v.Learn([]wire.Revocation{later, {Device: "pc-1", At: now}})
		v.Learn([]wire.Revocation{{MartID: "42", At: now.Add(-time.Hour)}, {Key: "k1", At: now}})
		v.Learn(nil)
	}
	if v.Len() != 3 {
		t.Errorf("%d revocations", v.Len())
	}
	if missing := all(&v); !slices.Contains(missing, later) {
		t.Errorf("%v is not among %v", later, missing)
	}
}

func TestWhatNoTokenCanFallUnderIsForgottenButForKeys(t *testing.T) {
	var v List
	ago := func(d time.Duration) time.Time { return time.Now().Add(-d) }
	list := []wire.Revocation{
		{Device: "old", At: ago(wire.MaxTokenLife + 2*clockSlack)}, {MartID: "old", At: ago(wire.MaxTokenLife + 2*clockSlack)},
		{Device: "ended", At: ago(wire.MaxTokenLife)}, {MartID: "ended", At: ago(wire.MaxTokenLife)},
		{Key: "old", At: ago(3 * wire.MaxTokenLife)},
	}
	v.Learn(list)
	if got := all(&v); v.Len() != 3 || slices.Contains(got, list[0]) || slices.Contains(got, list[1]) {
		t.Errorf("it knows %v", got)
	}
}

func TestOnlyWhatRedisLacksOrHasOlderIsLost(t *testing.T) {
	now := time.Now().UnixMilli()
	device, mart, key := stamp{"device:pc-1", now}, stamp{"mart:42", now + 5}, stamp{"key:k1", now}
	older := stamp{"mart:42", now - 1}
	tests := []struct {
		name        string
		redis, want []stamp
	}{
		{"all of it", []stamp{key, mart, device}, nil},
		{"nothing", nil, []stamp{device, key, mart}},
		{"an older time for the mart", []stamp{device, older, key}, []stamp{mart}},
		{"an older time and the right one", []stamp{device, older, mart, older, key}, nil},
		{"others", []stamp{{"device:pc-2", now}, device, mart, key}, nil},
		{"no key", []stamp{device, mart}, []stamp{key}},
		{"that one was taken back", []stamp{device, mart, key, {"undo:key:k1", now}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var v List
			v.begin()
			v.learnFrom([]stamp{device, mart, key})
			v.end()
			v.begin()
			v.learnFrom(tt.redis)
			got := v.end()
			slices.SortFunc(got, func(a, b stamp) int { return strings.Compare(a.field, b.field) })
			if !slices.Equal(got, tt.want) {
				t.Errorf("lost: %v", got)
			}
		})
	}
}

func TestWhoMayRevokeAtOneMartKeepsNoAdministratorOrPublisherOfAllMartsOut(t *testing.T) {
	now := time.Now()
	var v List
	v.Learn([]wire.Revocation{{Device: "head", MartID: "42", At: now}})
	for _, tt := range []struct {
		name  string
		role  wire.Role
		marts []order.MartID
		void  bool
	}{
		{"an administrator of all marts", wire.RoleAdmin, []order.MartID{"*"}, false},
		{"one of that mart", wire.RoleAdmin, []order.MartID{"42"}, true},
		{"a publisher for all marts", wire.RolePublisher, []order.MartID{"*"}, false},
		{"one of that mart", wire.RolePublisher, []order.MartID{"42"}, true},
		{"a screen for all marts", wire.RoleDevice, []order.MartID{"*"}, true},
	} {
		held := token.Token{Claims: wire.Claims{Subject: "head", Role: tt.role, Marts: tt.marts, IssuedAt: now.Unix()}, Key: "k1"}
		if v.Voids(held, "42") != tt.void || v.Voids(held, "43") {
			t.Errorf("%s: void at mart 42: %v, at 43: %v", tt.name, v.Voids(held, "42"), v.Voids(held, "43"))
		}
	}
}

// What one goroutine has learnt is known to it at once, and no other loses it.
func TestManyLearnAndAskAtTheSameTime(t *testing.T) {
	var v List
	const each = 200
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			for i := range each {
				name := fmt.Sprintf("pc-%d-%d", n, i)
				v.Learn([]wire.Revocation{{Device: name, At: time.Now()}, {MartID: "42", At: time.Now()}})
				held := token.Token{Claims: wire.Claims{Subject: name, Marts: []order.MartID{"1"}}}
				if !v.Voids(held, "1") || len(all(&v)) == 0 || !v.Known() {
					t.Errorf("%s was learnt and is not known", name)
				}
			}
		})
	}
	group.Wait()
	if v.Len() != 8*each+1 {
		t.Errorf("%d revocations are left", v.Len())
	}
}

func BenchmarkVoids(b *testing.B) {
	var v List
	list := make([]wire.Revocation, 10_000)
	for i := range list {
		list[i] = wire.Revocation{Device: fmt.Sprint(i), At: time.Now()}
	}
	v.Learn(list)
	held := token.Token{Claims: wire.Claims{Subject: "pc-1", Marts: []order.MartID{"42"}}}
	b.ReportAllocs()
	for b.Loop() {
		v.Voids(held, "42")
	}
}
