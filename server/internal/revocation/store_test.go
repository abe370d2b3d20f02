package revocation

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// patience is how long a test waits for what must come: long, since it ends a failure only.
const patience = 20 * time.Second

var noon = time.Date(2026, 7, 27, 12, 0, 0, 0, time.UTC)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func open(t testing.TB, url string) *Store {
	t.Helper()
	client, err := redisconn.Dial(url)
	must(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return NewStore(client, redisconn.NewForeign(quiet(), "not ours"), quiet())
}

// onEach runs a test on each kind of Redis.
func onEach(t *testing.T, test func(t *testing.T, r *Store)) {
	redistest.OnEach(t, func(t *testing.T, url string) { test(t, open(t, url)) })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *Store) now(t *testing.T) time.Time {
	t.Helper()
	now, err := s.Now(t.Context())
	must(t, err)
	return now
}

// put writes a field of a hash as a stranger does.
func (s *Store) put(t *testing.T, key, field string, value any) {
	t.Helper()
	must(t, s.client.HSet(t.Context(), key, field, value).Err())
}

// all are the revocations, by field.
func (r *Store) all(t *testing.T) []wire.Revocation {
	t.Helper()
	all, err := r.All(t.Context())
	must(t, err)
	slices.SortFunc(all, func(a, b wire.Revocation) int {
		return cmp.Or(cmp.Compare(fieldOf(a), fieldOf(b)), a.UndoneAt.Compare(b.UndoneAt))
	})
	return slices.Compact(all)
}

func (r *Store) hints(t *testing.T) <-chan string {
	t.Helper()
	heard := r.client.Subscribe(t.Context(), HintTopic)
	t.Cleanup(func() { _ = heard.Close() })
	_, err := heard.Receive(t.Context())
	must(t, err)
	hints := make(chan string, 100)
	go func() {
		defer close(hints)
		for m := range heard.Channel() {
			hints <- m.Payload
		}
	}()
	return hints
}

func hinted(t *testing.T, hints <-chan string) (said string) {
	t.Helper()
	select {
	case said = <-hints:
	case <-time.After(patience):
		t.Fatal("nothing was published")
	}
	return said
}

func TestWhatIsRevokedIsKeptAndToldToEverybody(t *testing.T) {
	onEach(t, func(t *testing.T, r *Store) {
		hints := r.hints(t)
		before := r.now(t)
		want := []wire.Revocation{{Device: "pc:1"}, {Key: "k1"}, {MartID: "*"}, {MartID: "42"}}
		for _, v := range want {
			v.At = noon // whatever it says
			must(t, r.Revoke(t.Context(), v))
			hinted(t, hints)
		}
		got := r.all(t)
		for i, v := range got {
			if v.At.Before(before) || time.Since(v.At) > time.Minute {
				t.Errorf("%+v is not of now", v)
			}
			got[i].At = time.Time{}
		}
		if !slices.Equal(got, want) {
			t.Errorf("kept: %+v", got)
		}
	})
}

func TestARevocationThatIsHeardOfOnOneNodeIsHeardOfOnAll(t *testing.T) {
	cluster := redistest.StartCluster(t)
	var hints []<-chan string
	for _, n := range cluster.Nodes {
		n.Ask("CONFIG", "SET", "cluster-node-timeout", "60000") // a link that seems dead to a busy node is cut, with what is in it
		hints = append(hints, open(t, n.URL()).hints(t))
	}
	must(t, open(t, cluster.URL()).Revoke(t.Context(), wire.Revocation{Key: "k1"}))
	for _, h := range hints {
		hinted(t, h)
	}
}

func TestTheLaterOfTwoRevocationsHolds(t *testing.T) {
	onEach(t, func(t *testing.T, r *Store) {
		tests := []struct {
			name   string
			there  any
			before time.Duration // ours was then
			ours   bool          // holds
		}{
			{"an earlier one is there", fmt.Sprint(r.now(t).Add(-time.Hour).UnixMilli()), time.Minute, true},
			{"a later one is there", fmt.Sprint(r.now(t).Add(-time.Minute).UnixMilli()), time.Hour, false},
			{"a word is there", "never", time.Minute, true},
			{"infinity is there", "inf", time.Minute, true},
			{"what only Lua takes for a number is there", "0x7fffffffffffffff", time.Minute, true},
			{"more digits than a time has", "99999999999999999999", time.Minute, true},
		}
		for _, tt := range tests {
			r.put(t, key, "device:pc-1", tt.there)
			v := wire.Revocation{Device: "pc-1", At: r.now(t).Add(-tt.before)}
			must(t, r.Restore(t.Context(), []wire.Revocation{v}))
			if got := r.all(t); len(got) != 1 || (got[0] == v) != tt.ours {
				t.Errorf("%s: %+v", tt.name, got)
			}
		}
		before := r.now(t)
		must(t, r.Revoke(t.Context(), wire.Revocation{Device: "pc-1"}))
		if got := r.all(t); len(got) != 1 || got[0].At.Before(before) {
			t.Errorf("revoked again: %+v", got)
		}
	})
}

func TestWhatRedisHasLostIsRestored(t *testing.T) {
	redis := redistest.Start(t)
	r := open(t, redis.URL())
	now := r.now(t)
	var lost []wire.Revocation
	for i := range 2*restoredAtOnce + 1 {
		lost = append(lost, wire.Revocation{Device: fmt.Sprintf("pc-%05d", i), At: now.Add(-time.Hour)})
	}
	hints := r.hints(t)
	must(t, r.Restore(t.Context(), append(lost, wire.Revocation{}, wire.Revocation{Key: "never revoked", At: time.UnixMilli(0)})))
	hinted(t, hints)
	if got := r.all(t); !slices.Equal(got, lost) {
		t.Errorf("%d are back", len(got))
	}
	must(t, r.Restore(t.Context(), nil))
}

func TestRestoringWhatIsThereTellsNobody(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	must(t, r.Revoke(t.Context(), wire.Revocation{MartID: "42"}))
	hints := r.hints(t)
	must(t, r.Restore(t.Context(), r.all(t)))
	must(t, r.client.Publish(t.Context(), HintTopic, "the end").Err())
	if said := hinted(t, hints); said != "the end" {
		t.Errorf("it said %q", said)
	}
}

func TestOldRevocationsAreForgottenButThoseOfKeys(t *testing.T) {
	onEach(t, func(t *testing.T, r *Store) {
		old := r.now(t).Add(-keepRevocations - time.Hour)
		fresh := r.now(t).Add(-wire.MaxTokenLife)
		for field, at := range map[string]time.Time{"device:old": old, "mart:old": old, "key:old": old, "device:fresh": fresh} {
			r.put(t, key, field, fmt.Sprint(at.UnixMilli()))
		}
		must(t, r.pages(t.Context(), func([]stamp) {}))
		left := []wire.Revocation{{Device: "fresh", At: fresh}, {Key: "old", At: old}}
		if got := r.all(t); !slices.Equal(got, left) {
			t.Errorf("left: %+v", got)
		}
		must(t, r.Restore(t.Context(), []wire.Revocation{{Device: "old", At: old}}))
		if got := r.all(t); !slices.Equal(got, left) {
			t.Errorf("who remembers an old one has it back: %+v", got)
		}
	})
}

func TestWhatWasRenewedSinceItWasReadIsNotForgotten(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	must(t, r.Revoke(t.Context(), wire.Revocation{Device: "pc-1"}))
	must(t, r.forgetOld(t.Context(), []string{"device:pc-1"}))
	if got := r.all(t); len(got) != 1 {
		t.Errorf("left: %+v", got)
	}
}

func TestWhenThereIsNoRoomWhatIsThereCanBeRenewed(t *testing.T) {
	onEach(t, func(t *testing.T, r *Store) {
		r.limits = limits{all: 3, devices: 2, marts: 2, mart: 2}
		must(t, r.Revoke(t.Context(), wire.Revocation{Device: "pc-1"}))
		must(t, r.Revoke(t.Context(), wire.Revocation{Device: "pc-2"}))
		must(t, r.Revoke(t.Context(), wire.Revocation{Device: "pc-1"}))
		if err := r.Revoke(t.Context(), wire.Revocation{Device: "pc-3"}); !errors.Is(err, ErrFull) {
			t.Errorf("one more: %v", err)
		}
		if err := r.Restore(t.Context(), []wire.Revocation{{Device: "pc-3", At: r.now(t)}}); !errors.Is(err, ErrFull) {
			t.Errorf("one more that was lost: %v", err)
		}
		if got := r.all(t); len(got) != 2 {
			t.Errorf("kept: %+v", got)
		}
		must(t, r.Revoke(t.Context(), wire.Revocation{Key: "k1"}))
		if err := r.Revoke(t.Context(), wire.Revocation{MartID: "42"}); !errors.Is(err, ErrFull) {
			t.Errorf("the room that is kept for keys and marts is used up: %v", err)
		}
		r.put(t, key, "device:pc-3", fmt.Sprint(r.now(t).UnixMilli()))
		if got := r.all(t); len(got) != 4 {
			t.Errorf("somebody else wrote one more: %+v", got)
		}
	})
}

func TestWhatIsNotOursAmongTheRevocationsIsPassedOver(t *testing.T) {
	onEach(t, func(t *testing.T, r *Store) {
		must(t, r.Revoke(t.Context(), wire.Revocation{Key: "k1"}))
		for field, value := range map[string]string{"hello": "1", "device:": "1", "device:a\nb": "1", "shop:42": "1", "mart:42": "soon", "": "", "key:k2": "-1", "key:k3": "007"} {
			r.put(t, key, field, value)
		}
		if got := r.all(t); len(got) != 1 || got[0].Key != "k1" || r.foreign.Found() != 8 {
			t.Errorf("%+v, and %d are not ours", got, r.foreign.Found())
		}
	})
}

func TestManyRevocationsAreAllRead(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	const many = 3*readAtOnce + 7
	pipe := r.client.Pipeline()
	for i := range many {
		pipe.HSet(t.Context(), key, fmt.Sprint("device:", i), fmt.Sprint(time.Now().UnixMilli()))
	}
	_, err := pipe.Exec(t.Context())
	must(t, err)
	if got := r.all(t); len(got) != many {
		t.Errorf("%d were read", len(got))
	}
}

func TestARevocationThatNamesNothingIsRefused(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	for _, v := range []wire.Revocation{{}, {Device: "a", Key: "b"}, {Device: "a\nb"}, {Device: "a", MartID: "*"}} {
		if err := r.Revoke(t.Context(), v); !errors.Is(err, order.ErrMalformed) {
			t.Errorf("%+v: %v", v, err)
		}
	}
}

func FuzzParseStamp(f *testing.F) {
	for _, field := range []string{"device:pc-1", "mart:*", "key:2026", "key:", ":", "device:a:b", "at:42/pc-1", "at:a:b/c/d", "undo:at:42/pc-1", "undo:undo:key:a", "older:pc-1"} {
		f.Add(field, "1722000000000")
	}
	f.Add("device:pc-1", "999999999999999")
	f.Fuzz(func(t *testing.T, field, value string) {
		one, err := parseStamp(field, value)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		v := one.revocation()
		if again := stampsOf(v); v.Check() != nil || len(again) != 1 || again[0] != one || fmt.Sprint(one.at) != value {
			t.Fatalf("%q %q is %+v, which is %v", field, value, v, again)
		}
	})
}
