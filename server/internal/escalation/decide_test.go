package escalation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/escalation/webhook"
	"jumun/shared/order"
	"jumun/shared/wire"
)

var noon = time.Date(2026, 7, 27, 12, 0, 0, 0, time.UTC)

// A store plays what happens at one mart, and is asked at each moment what is to be told.
type store struct {
	p    *Policy
	s    situation
	said []string // with the second, and the ID
}

func newStore() *store {
	st := &store{p: DefaultPolicy(), s: situation{told: parseTold(nil), ended: map[order.ID]order.Event{}}}
	st.s.mart = "42"
	st.s.hearing = devices.Hearing{State: wire.MartHeard, Known: 1, Connected: 1}
	return st
}

// at decides each second until then, and does what was decided.
func (st *store) at(seconds int) {
	from := 0
	if !st.s.now.IsZero() {
		from = int(st.s.now.Sub(noon)/time.Second) + 1
	}
	for sec := from; sec <= seconds; sec++ {
		st.s.now = noon.Add(time.Duration(sec) * time.Second)
		steps, _ := st.p.decide(st.s)
		for _, one := range steps {
			if one.event != nil {
				st.said = append(st.said, fmt.Sprintf("%d %s", sec, strings.TrimSuffix(fmt.Sprint(one.event.Type, " ", one.event.Data.Times), " 0")))
			}
			switch what := one.told.(type) {
			case toldOrder:
				st.s.told.orders[order.ID(one.field)] = what
			case outage:
				st.s.told.outage = &what
			default:
				if delete(st.s.told.orders, order.ID(one.field)); one.field == outageField {
					st.s.told.outage = nil
				}
			}
		}
	}
}

func (st *store) id() order.ID { return order.ID(fmt.Sprint(noon.UnixMilli(), "-0")) }

func (st *store) order() {
	st.s.open = []order.Event{{ID: st.id(), Mart: "42", Order: "1", At: noon, Kind: order.Placed}}
	delete(st.s.ended, st.id())
}

func (st *store) end(kind order.Kind) {
	st.s.open = nil
	st.s.ended[st.id()] = order.Event{Kind: kind, At: st.s.now, By: "카운터"}
}

func (st *store) leave() {
	st.s.hearing = devices.Hearing{State: wire.MartUnheard, Known: 1, Seen: st.s.now}
}

func (st *store) come() {
	st.s.hearing = devices.Hearing{State: wire.MartHeard, Known: 1, Connected: 1}
}

func TestWhatIsToldAndWhen(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(*store)
		want string
	}{
		{"nobody answers", func(st *store) { st.order(); st.at(1000) }, "180 order.unconfirmed 1, 600 order.unconfirmed 2"},
		{"answered in time", func(st *store) { st.order(); st.at(170); st.end(order.Acked); st.at(1000) }, ""},
		{"answered late", func(st *store) { st.order(); st.at(200); st.end(order.Acked); st.at(1000) }, "180 order.unconfirmed 1, 201 order.confirmed"},
		{"withdrawn late", func(st *store) { st.order(); st.at(200); st.end(order.Cancelled); st.at(1000) }, "180 order.unconfirmed 1, 201 order.withdrawn"},
		{"nobody was ever there", func(st *store) { st.s.hearing = devices.Hearing{State: wire.MartUnheard}; st.order(); st.at(1000) }, "60 order.undelivered"},
		{"a device comes late and rings in vain", func(st *store) {
			st.s.hearing = devices.Hearing{State: wire.MartUnheard}
			st.order()
			st.at(299)
			st.come()
			st.at(1000)
		}, "60 order.undelivered, 480 order.unconfirmed 1, 900 order.unconfirmed 2"},
		{"the device that took it leaves", func(st *store) { st.order(); st.at(50); st.leave(); st.at(500) }, "180 order.unconfirmed 1, 351 mart.offline"},
		{"the device was gone before anybody noticed", func(st *store) { st.order(); st.at(30); st.leave(); st.at(100) }, "60 order.undelivered"},
		{"a device connects again at the moment it is due", func(st *store) {
			st.order()
			st.at(58)
			st.leave()
			st.at(62)
			st.come()
			st.at(100)
		}, ""},
		{"a store is gone and comes back", func(st *store) { st.leave(); st.at(400); st.come(); st.at(500) }, "300 mart.offline, 401 mart.online"},
		{"a store is gone for a moment, twice", func(st *store) {
			st.leave()
			st.at(290)
			st.come()
			st.at(291)
			st.leave()
			st.at(580)
		}, ""},
		{"a store without devices", func(st *store) { st.s.hearing = devices.Hearing{State: wire.MartUnheard}; st.at(1000) }, ""},
		{"opened again after people were told", func(st *store) {
			st.order()
			st.at(200)
			st.end(order.Acked)
			st.at(230)
			st.order()
			st.at(420)
			st.end(order.Acked)
			st.at(500)
		}, "180 order.unconfirmed 1, 201 order.confirmed, 411 order.unconfirmed 1, 421 order.confirmed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st := newStore()
			tt.play(st)
			if got := strings.Join(st.said, ", "); got != tt.want {
				t.Errorf("told %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAnIDIsTheSameForOneCauseAndForNoOther(t *testing.T) {
	ids := map[string]bool{}
	for range 2 {
		for _, c := range Causes() {
			for _, mart := range []order.MartID{"42", "43"} {
				for _, occurrence := range []string{"1-0 0 1", "1-0 0 2", "1-0 1 1", "2-0 0 1"} {
					ids[(event{Type: c, Data: data{MartID: mart}, occurrence: occurrence, Timestamp: time.Now()}).id()] = true
				}
			}
		}
	}
	if want := len(Causes()) * 2 * 4; len(ids) != want {
		t.Errorf("%d IDs, want %d", len(ids), want)
	}
}

func TestASlackTextCallsNobodyByWhatAPublisherWrote(t *testing.T) {
	e := event{Type: Undelivered, Data: data{MartID: "42", OrderID: "<!channel>"}}
	body := string(e.message(target{Target: webhook.Target{Format: webhook.Slack}, language: english}).Body)
	if !strings.HasPrefix(body, `{"text":"`) || strings.Contains(body, "<!") || strings.Contains(body, `\u003c!`) || strings.Contains(body, "martId") {
		t.Error(body)
	}
}

func TestATextIsReadyToBeSent(t *testing.T) {
	for _, c := range append(Causes(), "test") {
		for _, d := range []data{{MartID: "42", OrderID: "1001", Seconds: 180, Way: "topic", Reason: "not-json"},
			{MartID: "42", MartName: "강남점", OrderID: "1001", Seconds: 7260, Device: "카운터", Summary: "김치찌개 2", Amount: "18,000원", Way: "http", Reason: "mart-id"}} {
			for _, l := range []language{korean, english} {
				text := event{Type: c, Data: d}.text(l)
				t.Log(text)
				if text == "" || strings.Contains(text, "()") || strings.Contains(text, "%!") || strings.Contains(text, "  ") {
					t.Errorf("%s", text)
				}
			}
		}
	}
}
