package devices

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// later makes what is kept of a device look older.
func (r *Registry) later(t *testing.T, id string, by time.Duration) {
	t.Helper()
	lines := r.client.HGet(t.Context(), connectionsKey("42"), id).Val()
	r.put(t, connectionsKey("42"), id, regexp.MustCompile(`\d{10,}`).ReplaceAllStringFunc(lines, func(at string) string {
		ms, _ := strconv.ParseInt(at, 10, 64)
		return fmt.Sprint(ms - by.Milliseconds())
	}))
}

// past returns what happened to the connections of a device, without the times.
func (r *Registry) past(t *testing.T, id string) string {
	t.Helper()
	all, err := r.Connections(t.Context(), "42", id)
	must(t, err)
	var words []string
	for _, c := range all.Connections {
		word := c.Event
		if c.Anew > 0 {
			word += fmt.Sprint("+", c.Anew)
		}
		if c.Why != "" {
			word += ":" + c.Why
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestItIsKnownWhenADeviceCameAndWentAndWhy(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	steps := map[string]func(d wire.Device){
		"came":         func(d wire.Device) { must(t, r.came(t, d, "a")) },
		"came to b":    func(d wire.Device) { must(t, r.came(t, d, "b")) },
		"left":         func(d wire.Device) { must(t, r.left(t, d, "a")) },
		"left b":       func(d wire.Device) { must(t, r.left(t, d, "b")) },
		"polled":       func(d wire.Device) { must(t, r.polled(t, d)) },
		"a minute":     func(d wire.Device) { r.later(t, d.ID, time.Minute) },
		"sleeps":       func(d wire.Device) { r.says(t, d, wire.Presence{AsleepSoon: true, Problems: []string{"asleep"}}) },
		"quits":        func(d wire.Device) { r.says(t, d, wire.Presence{AsleepSoon: true, Problems: []string{"quit"}}) },
		"is heard":     func(d wire.Device) { r.says(t, d, wire.Presence{Audible: true, Visible: true}) },
		"has no popup": func(d wire.Device) { r.says(t, d, wire.Presence{Audible: true, Problems: []string{"window"}}) },
		"is muted":     func(d wire.Device) { r.says(t, d, wire.Presence{Problems: []string{"muted", "disk"}}) },
	}
	for i, tt := range []struct{ does, want string }{
		{"came", "came"},
		{"came, left", "came lost"},
		{"came, left, a minute, came", "came lost came"},
		{"came, left, came to b, left b, came, left, a minute", "came+2 lost"},
		{"came, came to b, left", "came+1"},
		{"came, came, left, left", "came lost"},
		{"came, is heard, a minute, is heard, has no popup", "came"},
		{"came, is muted, is muted, is heard, has no popup, is heard", "came silent:muted,disk heard"},
		{"came, is muted, left, came to b, is muted", "came silent:muted,disk came"},
		{"came, is heard, sleeps, left, a minute, came to b, is heard", "came asleep came"},
		{"came, is heard, sleeps, is heard", "came asleep heard"},
		{"came, quits, left, a minute, came", "came quit came"},
		{"came, left, polled", "came lost"},
	} {
		d := device(fmt.Sprint("pc-", i))
		must(t, r.Enrol(t.Context(), d))
		for step := range strings.SplitSeq(tt.does, ", ") {
			steps[step](d)
		}
		if got := r.past(t, d.ID); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.does, got, tt.want)
		}
	}
}

func (r *Registry) says(t *testing.T, d wire.Device, p wire.Presence) {
	t.Helper()
	must(t, r.Report(t.Context(), d, p))
}

func TestWhatNobodyHasNotedOfAConnectionIsSaidToo(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		killed, revoked := device("killed"), device("revoked")
		must(t, r.came(t, killed, podMark+"killed-1"))
		r.put(t, deviceKeys("42")[1], killed.ID, fmt.Sprint(r.now(t).Add(-9*time.Minute).UnixMilli(), " ", podMark, "killed-1"))
		r.later(t, killed.ID, 10*time.Minute)
		must(t, r.came(t, revoked, "a"))
		must(t, r.Revoke(t.Context(), wire.Revocation{Device: revoked.ID}))
		if got := r.past(t, killed.ID); got != "came lost" {
			t.Errorf("its server was killed: %s", got)
		}
		if got := r.past(t, revoked.ID); got != "came revoked" {
			t.Errorf("it was revoked: %s", got)
		}
		all, err := r.Connections(t.Context(), "42", "")
		if err != nil || len(all.Connections) != 4 || all.Connections[1].Name != killed.Name {
			t.Errorf("of all: %+v, %v", all, err)
		}
	})
}

func TestWhatIsKeptOfConnectionsIsBoundedAndGoesWithTheDevice(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	d := device("pc-1")
	must(t, r.came(t, d, "a"))
	for n := range 100 {
		r.says(t, d, wire.Presence{Problems: []string{fmt.Sprint(n, strings.Repeat("가", 80))}})
	}
	got := strings.Fields(r.past(t, d.ID))
	if bytes := len(r.client.HGet(t.Context(), connectionsKey("42"), d.ID).Val()); len(got) < 6 || !strings.Contains(got[len(got)-1], "silent:99가") || bytes > 1400 {
		t.Errorf("it is %q", got)
	}
	r.put(t, connectionsKey("42"), "pc-1", "hello\n1722000000000 lost\n1722000000000 came x\n")
	if got := r.past(t, d.ID); got != "lost" || r.Foreign() != 2 {
		t.Errorf("among what is not ours: %q", got)
	}
	if ttl := r.client.TTL(t.Context(), connectionsKey("42")).Val(); ttl < keepDevices-time.Hour {
		t.Errorf("it stays for %v", ttl)
	}
	must(t, r.client.ZAdd(t.Context(), deviceKeys("42")[2], redis.Z{Score: 1, Member: d.ID}).Err())
	r.list(t, "42")
	if n := r.client.HLen(t.Context(), connectionsKey("42")).Val(); n != 0 {
		t.Errorf("%d are kept of a device that was forgotten", n)
	}
}

// BenchmarkFlapping is 10,000 devices of 1,000 marts that come and leave, with all that is kept of their connections.
func BenchmarkFlapping(b *testing.B) {
	r := open(b, redistest.Start(b).URL())
	for i := range 10_000 {
		lines := strings.Repeat("1722000000000 came 0 1722000000000\n1722000000000 quit\n", 19)
		if err := r.client.HSet(b.Context(), connectionsKey(at(device(""), i%1000).MartID), fmt.Sprint("pc-", i), lines).Err(); err != nil {
			b.Fatal(err)
		}
	}
	round := 0
	notes := func(round int) (all []Note) {
		for i := range 10_000 {
			d := at(device(fmt.Sprint("pc-", i)), i%1000)
			s := fmt.Sprint("s-", round)
			all = append(all, Note{Came, d, s, order.ID(fmt.Sprint(round, "-0"))}, Note{Doing: Left, Device: wire.Device{ID: d.ID, MartID: d.MartID}, Stream: s})
		}
		return all
	}
	b.ReportAllocs()
	for b.Loop() {
		round++
		all := notes(round)
		for i := 0; i < len(all); i += notesAtOnce {
			if err := r.Note(b.Context(), all[i:min(i+notesAtOnce, len(all))]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*20000), "ns/note")
	b.Log(r.client.Info(b.Context(), "cpu").Val(), r.client.Info(b.Context(), "memory").Val())
}
