package devices

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// at is d at another mart.
func at(d wire.Device, mart int) wire.Device {
	d.MartID = order.MartID(fmt.Sprint(mart))
	return d
}

func TestNotesOfOneDeviceAreKeptInTheirOrderAmongThoseOfOthers(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		const marts = 60 // on every node of a Cluster
		d := device("pc-1")
		var notes []Note
		for mart := range marts {
			notes = append(notes, Note{Came, at(d, mart), "a", ""})
		}
		for mart := range marts {
			notes = append(notes, Note{Left, wire.Device{ID: d.ID, MartID: at(d, mart).MartID}, "a", ""})
			if mart%2 == 0 {
				notes = append(notes, Note{Came, at(d, mart), "b", ""})
			}
		}
		for range 2 { // before the script is known, and after
			must(t, r.Note(t.Context(), notes))
			for mart := range marts {
				got := r.list(t, at(d, mart).MartID)
				if len(got) != 1 || got[0].Connected != (mart%2 == 0) || got[0].Name != d.Name || !got[0].PairedAt.Equal(d.PairedAt) {
					t.Fatalf("mart %d has %+v", mart, got)
				}
			}
		}
	})
}

func TestARedisThatForgotTheScriptIsToldAgain(t *testing.T) {
	redis := redistest.Start(t)
	r := open(t, redis.URL())
	for n := range 3 {
		must(t, r.came(t, device("pc-1"), "a"))
		must(t, r.left(t, device("pc-1"), "a"))
		if d := r.only(t); d.Connected {
			t.Errorf("time %d: %+v", n, d)
		}
		redis.Ask("SCRIPT", "FLUSH")
	}
}

func TestOfADeviceThatIsNotKnownItIsKeptThatItCameAndNotThatItLeft(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		must(t, r.left(t, device("pc-1"), "a"))
		if got := r.list(t, "42"); len(got) != 0 {
			t.Errorf("after it left: %+v", got)
		}
		must(t, r.polled(t, device("pc-1")))
		if d := r.only(t); d.Connected || d.SeenAt.IsZero() || d.Name != "카운터" {
			t.Errorf("after it polled: %+v", d)
		}
		must(t, r.Enrol(t.Context(), device("pc-2")))
		must(t, r.left(t, device("pc-2"), "a"))
		if got := r.list(t, "42"); len(got) != 2 || got[1].SeenAt.IsZero() {
			t.Errorf("after one left that had been enrolled: %+v", got)
		}
	})
}

func TestWhoeverComesSaysWhatTheDeviceIsAndWhoeverPollsOnlyIfNobodyHas(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	older, newer := device("pc-1"), device("pc-1")
	newer.Name, newer.PairedAt = "주방", noon.Add(time.Hour)
	must(t, r.came(t, older, "a"))
	must(t, r.came(t, newer, "b"))
	must(t, r.polled(t, older))
	if d := r.only(t); d.Name != "주방" || !d.PairedAt.Equal(newer.PairedAt) || !d.Connected {
		t.Errorf("it is %+v", d)
	}
	must(t, r.left(t, older, "b"))
	if d := r.only(t); d.Name != "주방" || d.Connected {
		t.Errorf("it is %+v", d)
	}
}

// Once a day is enough for what is counted in hundreds of them.
func TestADeviceIsHeardOfOnceADay(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		keys, ctx := deviceKeys("42"), t.Context()
		must(t, r.came(t, device("shop/pc-1"), "x"))
		must(t, r.Report(ctx, device("pc-1"), wire.Presence{Audible: true, Last: "1-0"}))
		must(t, r.NameDevice(ctx, "42", "shop/pc-1", "주방"))
		for _, doing := range []func() error{
			func() error { return r.came(t, device("pc-1"), "a") },
			func() error { return r.polled(t, device("pc-1")) },
			func() error { return r.left(t, device("pc-1"), "a") },
		} {
			must(t, r.came(t, device("pc-1"), "a"))
			r.put(t, keys[1], "pc-1", fmt.Sprint(r.now(t).AddDate(0, 0, -1).UnixMilli(), " a")) // as if yesterday
			must(t, r.client.ZIncrBy(ctx, keys[2], -float64(24*time.Hour/time.Millisecond), "pc-1").Err())
			for _, key := range keys {
				must(t, r.client.Expire(ctx, key, time.Hour).Err())
			}
			must(t, doing())
			for _, key := range keys {
				if left := r.client.TTL(ctx, key).Val(); left < keepDevices-time.Hour {
					t.Errorf("%s stays for %v", key, left)
				}
			}
			first := r.client.ZScore(ctx, keys[2], "pc-1").Val()
			if age := time.Since(time.UnixMilli(int64(first))); age > time.Hour {
				t.Errorf("it was heard of %v ago", age)
			}
			must(t, doing())
			if again := r.client.ZScore(ctx, keys[2], "pc-1").Val(); again != first && r.now(t).UnixMilli()/dayMs == int64(first)/dayMs {
				t.Errorf("it was heard of again at %v, after %v", again, first)
			}
		}
	})
}

func TestWhatIsKnownOfADeviceAndWasLostComesBackAndStaysNoLongerThanOthers(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	keys, ctx := deviceKeys("42"), t.Context()
	must(t, r.came(t, device("pc-1"), "a"))
	must(t, r.client.Del(ctx, keys[0]).Err())
	must(t, r.came(t, device("pc-1"), "b"))
	if d := r.only(t); d.Name != "카운터" || r.client.TTL(ctx, keys[0]).Val() < keepDevices-time.Hour {
		t.Errorf("it is %+v, for %v", d, r.client.TTL(ctx, keys[0]).Val())
	}
}

const dayMs = int64(24 * time.Hour / time.Millisecond)

func TestOneNoteThatCannotBeKeptDoesNotKeepOthersFromIt(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	wrong := []wire.Device{{MartID: "42"}, {ID: "a\nb", MartID: "42"}, {ID: "pc-2", MartID: "a b"}}
	for _, d := range wrong {
		notes := []Note{{Came, d, "a", ""}, {Came, device("pc-1"), "b", ""}, {Left, d, "a", ""}}
		if err := r.Note(t.Context(), notes); !errors.Is(err, order.ErrMalformed) {
			t.Errorf("%+v: %v", d, err)
		}
		if got := r.only(t); !got.Connected {
			t.Errorf("beside %+v: %+v", d, got)
		}
		if err := r.Note(t.Context(), notes[:1]); !errors.Is(err, order.ErrMalformed) {
			t.Errorf("%+v alone: %v", d, err)
		}
		must(t, r.left(t, device("pc-1"), "b"))
	}
	must(t, r.Note(t.Context(), nil))
	r.put(t, deviceKeys("43")[2], "x", "not a sorted set")
	if err := r.Note(t.Context(), []Note{{Came, at(device("pc-1"), 43), "a", ""}, {Came, device("pc-1"), "c", ""}}); err == nil || errors.Is(err, order.ErrMalformed) {
		t.Errorf("where something else stands: %v", err)
	}
	if got := r.only(t); !got.Connected {
		t.Errorf("beside it: %+v", got)
	}
}

// BenchmarkNote is one device that comes and leaves, among as many as are written at once.
func BenchmarkNote(b *testing.B) {
	for _, pairs := range []int{1, 128} {
		b.Run(fmt.Sprint(2*pairs, " at once"), func(b *testing.B) {
			r, err := Open(redistest.Start(b).URL(), Options{}, quiet())
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			var notes []Note
			for i := range pairs {
				notes = append(notes, Note{Came, at(device("pc-1"), i), "stream", ""}, Note{Left, wire.Device{ID: "pc-1", MartID: at(device(""), i).MartID}, "stream", ""})
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Note(b.Context(), notes); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(notes)), "ns/note")
			b.Log(r.client.Info(b.Context(), "commandstats").Val())
		})
	}
}

func TestADeviceIsListedWithTheKeyAndTheEndOfItsToken(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		with := func(key string, ends time.Time) wire.Device {
			d := device("pc-1")
			d.Key, d.EndsAt = key, ends
			return d
		}
		steps := []struct {
			name string
			do   func() error
			want string
		}{
			{"a server of before does not tell", func() error { return r.Enrol(t.Context(), device("pc-1")) }, ""},
			{"it polls", func() error { return r.Note(t.Context(), []Note{{Polled, with("a", noon), "", ""}}) }, "a"},
			{"it polls with a newer token", func() error { return r.Note(t.Context(), []Note{{Polled, with("b", noon.Add(time.Hour)), "", ""}}) }, "b"},
			{"and with the older one", func() error { return r.Note(t.Context(), []Note{{Polled, with("a", noon), "", ""}}) }, "b"},
			{"it has a stream by that", func() error { return r.came(t, with("a", noon), "s") }, "a"},
			{"it has renewed", func() error { return r.Enrol(t.Context(), with("c", noon)) }, "c"},
		}
		for _, step := range steps {
			must(t, step.do())
			if d := r.only(t); d.Key != step.want || d.EndsAt.IsZero() != (step.want == "") {
				t.Errorf("%s: the key is %q, and its token ends at %v", step.name, d.Key, d.EndsAt)
			}
		}
	})
}

func TestWhoeverMakesUpMartsIsListedOnlyWhereOthersAre(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		ctx := t.Context()
		log := eventlog.LogKey("2")
		must(t, r.Enrol(ctx, at(device("pc-1"), 1)))
		must(t, r.client.XAdd(ctx, &redis.XAddArgs{Stream: log, Values: []string{"a", "b"}}).Err())
		must(t, r.client.Expire(ctx, log, time.Hour).Err())
		for n, does := range []func(d wire.Device) error{
			func(d wire.Device) error { return r.came(t, d, "s") },
			func(d wire.Device) error { return r.polled(t, d) },
			func(d wire.Device) error { return r.Enrol(ctx, d) },
			func(d wire.Device) error { return r.left(t, d, "s") },
		} {
			d := device(fmt.Sprint("head-office-", n))
			d.Roams = true
			for mart := range 3 {
				must(t, does(at(d, mart)))
			}
			d.MartID = wire.AnyMart
			must(t, does(d))
		}
		if left := r.client.Exists(ctx, deviceKeys("0")...).Val(); left != 0 {
			t.Errorf("a made-up mart has %d keys", left)
		}
		for mart, want := range map[order.MartID]int{"0": 0, "1": 4, "2": 3, wire.AnyMart: 3} {
			if got := r.list(t, mart); len(got) != want {
				t.Errorf("mart %s has %d: %+v", mart, len(got), got)
			}
		}
		if seen := r.client.ZRange(ctx, seenKey("head-office-2"), 0, -1).Val(); slices.Contains(seen, "0") || len(seen) != 3 {
			t.Errorf("it was seen at %v", seen)
		}
		if left := r.client.TTL(ctx, log).Val(); left > time.Hour {
			t.Errorf("the log stays for %v", left)
		}
	})
}
