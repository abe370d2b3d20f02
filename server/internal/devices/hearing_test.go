package devices

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func (r *Registry) heard(t *testing.T, mart order.MartID) Hearing {
	t.Helper()
	all, err := r.Hearing(t.Context(), []order.MartID{mart, "nowhere"})
	must(t, err)
	if all[1].State != wire.MartUnheard || all[1].Known != 0 {
		t.Fatalf("a mart without devices is %+v", all[1])
	}
	return all[0]
}

func TestWhoCanBeHeardIsWhatConnectedDevicesReport(t *testing.T) {
	audible, muted := &wire.Presence{Audible: true, Visible: true}, &wire.Presence{Visible: true, Problems: []string{wire.PresenceMuted}}
	asleep := &wire.Presence{Problems: []string{wire.PresenceAsleep}, AsleepSoon: true}
	quit := &wire.Presence{Problems: []string{wire.PresenceQuit}, AsleepSoon: true}
	type pc struct {
		stream  string // with its age, as Redis holds them; "": it has none
		age     time.Duration
		reports *wire.Presence
		since   time.Duration // how long ago
	}
	living, dead, before := podMark+"LIVING-1", podMark+"DEAD-1", "BEFORE-1"
	tests := []struct {
		name  string
		pcs   []pc
		state wire.MartState
		of    string // state of the first one
	}{
		{"one that reports that it can be heard", []pc{{living, time.Hour, audible, time.Minute}}, wire.MartHeard, wire.DeviceAudible},
		{"one that is muted", []pc{{living, time.Hour, muted, time.Minute}}, wire.MartUnheard, wire.DeviceSilent},
		{"one that falls asleep", []pc{{living, time.Hour, asleep, time.Minute}}, wire.MartUnheard, wire.DeviceAsleep},
		{"one that has slept since yesterday", []pc{{"", 10 * time.Hour, asleep, 11 * time.Hour}}, wire.MartUnheard, wire.DeviceAsleep},
		{"one that came back just now", []pc{{living, time.Minute, asleep, time.Hour}}, wire.MartUnknown, wire.DeviceUnknown},
		{"one that was ended", []pc{{living, time.Hour, quit, 0}}, wire.MartUnheard, wire.DeviceAway},
		{"one that sleeps beside one that does not", []pc{{living, time.Hour, asleep, 0}, {living, time.Hour, audible, 0}}, wire.MartHeard, wire.DeviceAsleep},
		{"one that is muted beside one that is not", []pc{{living, time.Hour, muted, 0}, {living, time.Hour, audible, 0}}, wire.MartHeard, wire.DeviceSilent},
		{"an app of before, which reports nothing", []pc{{living, time.Hour, nil, 0}}, wire.MartUnknown, wire.DeviceUnknown},
		{"one that has stopped reporting", []pc{{living, time.Hour, audible, 11 * time.Minute}}, wire.MartUnheard, wire.DeviceFrozen},
		{"one that went back to an app of before", []pc{{living, time.Minute, audible, time.Hour}}, wire.MartUnknown, wire.DeviceUnknown},
		{"one that has left", []pc{{"", time.Minute, audible, time.Minute}}, wire.MartUnheard, wire.DeviceAway},
		{"one whose server was killed", []pc{{dead, time.Hour, audible, time.Minute}}, wire.MartUnheard, wire.DeviceAway},
		{"one that came just before its server was killed", []pc{{dead, time.Minute + time.Second, audible, time.Minute}}, wire.MartUnheard, wire.DeviceAway},
		{"one whose server has not noted yet that it lives", []pc{{podMark + "NEW-1", time.Second, audible, 0}}, wire.MartHeard, wire.DeviceAudible},
		{"one at a server of before, which keeps no lease", []pc{{before, time.Hour, nil, 0}}, wire.MartUnknown, wire.DeviceUnknown},
		{"one that polls", []pc{{polls, 20 * time.Second, audible, time.Minute}}, wire.MartHeard, wire.DeviceAudible},
		{"one that polls no more", []pc{{polls, 2 * time.Minute, audible, time.Minute}}, wire.MartUnheard, wire.DeviceAway},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := open(t, redistest.Start(t).URL())
			ago := func(d time.Duration) int64 { return r.now(t).Add(-d).UnixMilli() }
			must(t, r.client.ZAdd(t.Context(), podsKey, redis.Z{Member: "sLIVING", Score: float64(ago(time.Second))}, redis.Z{Member: "sDEAD", Score: float64(ago(time.Minute))}).Err())
			for i, pc := range tt.pcs {
				d := device(fmt.Sprint("pc-", i))
				must(t, r.Enrol(t.Context(), d))
				r.put(t, deviceKeys("42")[1], d.ID, fmt.Sprint(ago(pc.age), " ", pc.stream))
				if pc.reports != nil {
					must(t, r.Report(t.Context(), d, *pc.reports))
					words := strings.SplitN(r.client.HGet(t.Context(), deviceKeys("42")[4], d.ID).Val(), " ", 3)
					r.put(t, deviceKeys("42")[4], d.ID, fmt.Sprint(ago(pc.since), " ", ago(pc.since), " ", words[2]))
				}
			}
			if h := r.heard(t, "42"); h.State != tt.state || h.Known != len(tt.pcs) {
				t.Errorf("the mart is %+v", h)
			}
			list, err := r.Statuses(t.Context(), "42")
			must(t, err)
			// Or an order that came meanwhile would count as taken.
			if h := r.heard(t, "42"); len(list) == 1 && list[0].State == wire.DeviceAsleep && (h.Connected > 0 || !h.Seen.Equal(list[0].Reported)) {
				t.Errorf("it sleeps, and the mart is %+v", h)
			}
			if len(list) != len(tt.pcs) || list[0].State != tt.of || list[0].Since.IsZero() || list[0].Asleep != (tt.of == wire.DeviceAsleep) {
				t.Errorf("the devices are %+v", list)
			}
		})
	}
}

func TestAReportIsOfAListedDeviceAndTellsSinceWhenItIsSo(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		ctx, silent := t.Context(), wire.Presence{Problems: []string{wire.PresenceSpeaker}, Version: "1.2.3"}
		must(t, r.Report(ctx, device("pc-1"), silent)) // it was not listed
		first := r.status(t)
		if first.Presence == nil || first.Presence.Version != "1.2.3" || first.Presence.Audible || !first.Reported.Equal(first.Since) && first.State != wire.DeviceAway {
			t.Fatalf("it is %+v", first)
		}
		must(t, r.came(t, device("pc-1"), "a"))
		must(t, r.Report(ctx, device("pc-1"), silent))
		if again := r.status(t); again.State != wire.DeviceSilent || again.Since.After(again.Reported) || again.Since.After(first.Reported) {
			t.Errorf("the same again is %+v", again)
		}
		roaming := device("roams")
		roaming.MartID, roaming.Roams = "made-up", true
		must(t, r.Report(ctx, roaming, silent))
		if n := r.client.HLen(ctx, deviceKeys("made-up")[4]).Val(); n != 0 {
			t.Error("something is left of a mart that somebody made up")
		}
	})
}

func (r *Registry) status(t *testing.T) wire.DeviceStatus {
	t.Helper()
	list, err := r.Statuses(t.Context(), "42")
	must(t, err)
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	return list[0]
}

func TestAServerThatLivesIsKnownAndOneThatEndsIsNot(t *testing.T) {
	p, redis, _ := noting(t)
	_, err := p.registry.pods(t.Context(), p.pod, false)
	must(t, err)
	if got := redis.Ask("ZCARD", podsKey); got != "1" {
		t.Errorf("%s servers live", got)
	}
	p.ended(t)
	if got := redis.Ask("ZCARD", podsKey); got != "0" {
		t.Errorf("%s servers live after the end", got)
	}
}
