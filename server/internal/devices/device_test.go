package devices

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/redistest"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

var noon = time.Date(2026, 7, 27, 12, 0, 0, 0, time.UTC)

func device(id string) wire.Device {
	return wire.Device{ID: id, Name: "카운터", MartID: "42", PairedAt: noon}
}

// came, left and polled are what d has done just now.
func (r *Registry) came(t *testing.T, d wire.Device, stream string) error {
	return r.Note(t.Context(), []Note{{Came, d, stream, ""}})
}

func (r *Registry) left(t *testing.T, d wire.Device, stream string) error {
	return r.Note(t.Context(), []Note{{Left, wire.Device{ID: d.ID, MartID: d.MartID}, stream, ""}})
}

func (r *Registry) polled(t *testing.T, d wire.Device) error {
	return r.Note(t.Context(), []Note{{Polled, d, "", ""}})
}

func (r *Registry) list(t *testing.T, mart order.MartID) []wire.Device {
	t.Helper()
	devices, err := r.Devices(t.Context(), mart)
	must(t, err)
	return devices
}

// only is the one device of the mart 42.
func (r *Registry) only(t *testing.T) wire.Device {
	t.Helper()
	devices := r.list(t, "42")
	if len(devices) != 1 {
		t.Fatalf("devices: %+v", devices)
	}
	return devices[0]
}

func TestADeviceIsKnownToItsMart(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		if none := r.list(t, "42"); none == nil || len(none) != 0 {
			t.Errorf("before: %#v", none)
		}
		second, elsewhere := device("pc 2"), device("pc-3")
		second.PairedAt = noon.Add(time.Second)
		elsewhere.MartID = "}{"
		for _, d := range []wire.Device{second, device("pc-1"), elsewhere} {
			must(t, r.Enrol(t.Context(), d))
		}
		if got := r.list(t, "42"); !slices.Equal(got, []wire.Device{device("pc-1"), second}) {
			t.Errorf("devices: %+v", got)
		}
		if got := r.list(t, elsewhere.MartID); !slices.Equal(got, []wire.Device{elsewhere}) {
			t.Errorf("devices elsewhere: %+v", got)
		}
	})
}

func TestADeviceHasAStreamUntilItsLastOneEnds(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		d := device("pc-1")
		steps := []struct {
			name      string
			do        func() error
			connected bool
		}{
			{"it connects, though nobody told us of it", func() error { return r.came(t, d, "a") }, true},
			{"it connects again", func() error { return r.came(t, d, "b") }, true},
			{"its first stream ends late", func() error { return r.left(t, d, "a") }, true},
			{"it polls beside it", func() error { return r.polled(t, d) }, true},
			{"it has a new token", func() error { return r.Enrol(t.Context(), d) }, true},
			{"its last stream ends", func() error { return r.left(t, d, "b") }, false},
			{"and ends again", func() error { return r.left(t, d, "b") }, false},
		}
		for _, step := range steps {
			before := r.seen(t)
			must(t, step.do())
			got := r.only(t)
			if got.Connected != step.connected || got.SeenAt.Before(before) || time.Since(got.SeenAt) > time.Minute {
				t.Errorf("%s: %+v", step.name, got)
			}
		}
	})
}

// seen is when the one device of the mart 42 was seen, if there is one.
func (r *Registry) seen(t *testing.T) time.Time {
	t.Helper()
	for _, d := range r.list(t, "42") {
		return d.SeenAt
	}
	return time.Time{}
}

func TestADeviceThatIsEnrolledAgainKeepsWhenItWasSeen(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	d := device("pc-1")
	must(t, r.came(t, d, "a"))
	seen := r.only(t).SeenAt
	d.Name, d.PairedAt = "주방", noon.Add(time.Hour)
	must(t, r.Enrol(t.Context(), d))
	must(t, r.left(t, device("pc-1"), "a")) // whose token was the old one
	got := r.only(t)
	if got.Name != "주방" || !got.PairedAt.Equal(d.PairedAt) || got.SeenAt.Before(seen) {
		t.Errorf("it is %+v", got)
	}
}

func TestADeviceThatWasEnrolledOnlyWasNeverSeen(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	must(t, r.Enrol(t.Context(), device("pc-1")))
	if d := r.only(t); !d.SeenAt.IsZero() || d.Connected {
		t.Errorf("it is %+v", d)
	}
}

func TestAStreamThatLivesLongerThanAnyIsGone(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	must(t, r.came(t, device("pc-1"), "a"))
	tests := []struct {
		name      string
		age, life time.Duration
		connected bool
	}{
		{"as old as streams get", defaultStreamLife - time.Minute, defaultStreamLife, true},
		{"older than that", defaultStreamLife + time.Minute, defaultStreamLife, false},
		{"streams get older here", defaultStreamLife + time.Minute, 3 * time.Hour, true},
	}
	for _, tt := range tests {
		r.streamLife = tt.life
		at := r.now(t).Add(-tt.age)
		r.put(t, deviceKeys("42")[1], "pc-1", fmt.Sprint(at.UnixMilli(), " a"))
		if d := r.only(t); d.Connected != tt.connected || !d.SeenAt.Equal(at) {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
}

func TestDevicesThatNobodyHearsOfAreForgotten(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		long := float64(time.Now().Add(-keepDevices - time.Hour).UnixMilli())
		keys := deviceKeys("42")
		for i := range 150 { // more than are forgotten at once
			id := fmt.Sprint("old-", i)
			r.put(t, keys[0], id, encode(device(id)))
			r.put(t, keys[1], id, "1722000000000 s")
			must(t, r.client.ZAdd(t.Context(), keys[2], redis.Z{Score: long, Member: id}).Err())
		}
		must(t, r.Enrol(t.Context(), device("new")))
		if d := r.only(t); d.ID != "new" {
			t.Errorf("known: %+v", d)
		}
		for i, key := range keys[:2] {
			if n := r.client.HLen(t.Context(), key).Val(); n > int64(1-i) {
				t.Errorf("%s holds %d", key, n)
			}
			if i == 0 && r.client.PTTL(t.Context(), key).Val() < keepDevices-time.Hour {
				t.Error("a mart that closed stays for ever")
			}
		}
	})
}

func TestOfTooManyDevicesThoseAreForgottenThatWereNotHeardOfForLongest(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	keys, pipe := deviceKeys("42"), r.client.Pipeline()
	for i := range maxDevices {
		id := fmt.Sprint("pc-", i)
		pipe.HSet(t.Context(), keys[0], id, encode(device(id)))
		pipe.ZAdd(t.Context(), keys[2], redis.Z{Score: float64(noon.UnixMilli() + int64(i)), Member: id})
	}
	_, err := pipe.Exec(t.Context())
	must(t, err)
	must(t, r.Enrol(t.Context(), device("new")))
	devices := r.list(t, "42")
	is := func(id string) bool {
		return slices.ContainsFunc(devices, func(d wire.Device) bool { return d.ID == id })
	}
	if len(devices) != maxDevices || is("pc-0") || !is("pc-1") || !is("new") {
		t.Errorf("%d are known", len(devices))
	}
}

func TestWhoeverHasALentKeyPushesNoPairedDeviceOutOfTheList(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		paired := device("pc-1")
		must(t, r.Enrol(t.Context(), paired))
		for some := range slices.Chunk(makeUp(1100), 10) {
			must(t, r.Note(t.Context(), some))
		}
		var lent []string
		found := false
		for _, d := range r.list(t, "42") {
			if found = found || d.ID == paired.ID; d.ID != paired.ID {
				lent = append(lent, d.ID)
			}
		}
		if !found || len(lent) != 1000 || slices.Contains(lent, "shop/made-up-0") || !slices.Contains(lent, "shop/made-up-1099") {
			t.Errorf("the paired one is listed: %v, with %d others", found, len(lent))
		}
	})
}

// makeUp returns notes of n holders that somebody made up who has a lent key.
func makeUp(n int) (notes []Note) {
	for i := range n {
		notes = append(notes, Note{Polled, device(fmt.Sprint("shop/made-up-", i)), "", ""})
	}
	return notes
}

func TestADeviceIsFoundWithoutItsMart(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		find := func(id string, marts ...order.MartID) string {
			found, err := r.Find(t.Context(), id, marts...)
			must(t, err)
			var all []string
			for _, d := range found {
				all = append(all, fmt.Sprint(d.MartID, " ", d.Name, " ", !d.RevokedAt.IsZero()))
			}
			slices.Sort(all)
			return strings.Join(all, ", ")
		}
		must(t, r.Enrol(t.Context(), device("pc-1")))
		must(t, r.Note(t.Context(), []Note{{Came, at(device("pc-2"), 42), "a", ""}, {Came, at(device("pc-2"), 43), "b", ""}, {Came, device("shop/pc-1"), "c", ""}}))
		must(t, r.RevokeAt(t.Context(), "pc-2", []order.MartID{"43"}, false, revocation.Whole))
		for _, tt := range []struct{ name, got, want string }{
			{"a paired one", find("pc-1"), "42 카운터 false"},
			{"one of two marts", find("pc-2"), "42 카운터 false, 43 카운터 true"},
			{"the same at one", find("pc-2", "43", "44"), "43 카운터 true"},
			{"an unknown one", find("pc-3"), ""},
			{"an unknown one at a mart", find("pc-3", "42"), ""},
			{"a lent key's, at its mart", find("shop/pc-1", "42"), "42 카운터 false"},
		} {
			if tt.got != tt.want {
				t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
			}
		}
	})
}

func TestADeviceThatCannotBeOneIsRefused(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	for _, d := range []wire.Device{{MartID: "42"}, {ID: "a\nb", MartID: "42"}, {ID: "pc-1"}, {ID: "pc-1", MartID: "a b"}} {
		if err := r.Enrol(t.Context(), d); !errors.Is(err, order.ErrMalformed) {
			t.Errorf("%+v: %v", d, err)
		}
	}
}

func TestWhatIsNotOursAmongTheDevicesIsPassedOver(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		keys := deviceKeys("42")
		must(t, r.came(t, device("pc-1"), "a"))
		for _, id := range []string{"hello", "", "\xff"} {
			r.put(t, keys[0], id, "hello")
		}
		r.put(t, keys[0], "from the year 300,000", `{"pairedAt":9999999999999999}`)
		r.put(t, keys[1], "pc-1", "never a")
		if d := r.only(t); !d.SeenAt.IsZero() || d.Connected || r.Foreign() < 5 {
			t.Errorf("%+v, and %d are not ours", d, r.Foreign())
		}
		must(t, r.left(t, device("pc-1"), "a"))
		if d := r.only(t); d.SeenAt.IsZero() || d.Connected {
			t.Errorf("%+v", d)
		}
	})
}

func FuzzParseDevice(f *testing.F) {
	f.Add("pc-1", `{"name":"카운터","pairedAt":1722000000000}`, "1722000000000 stream")
	f.Add("", "{}", " ")
	f.Fuzz(func(t *testing.T, id, body, seen string) {
		d, err := parseDevice("42", id, body)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		r := &Registry{streamLife: time.Hour, foreign: redisconn.NewForeign(quiet(), "not ours")}
		r.parseStream(&d, seen, `1722000000000 1722000000000 {"asleepSoon":true}`, noon, pods{})
		if again, err := parseDevice("42", id, string(encode(d))); err != nil || again.Name != d.Name || !again.PairedAt.Equal(d.PairedAt) {
			t.Fatalf("%+v, and again %+v, %v", d, again, err)
		}
		if _, err := d.SeenAt.MarshalJSON(); err != nil || d.Connected && d.SeenAt.IsZero() {
			t.Fatalf("%+v, %v", d, err)
		}
	})
}
