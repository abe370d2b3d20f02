package sse

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// moments are more than a stream has before it is live.
const moments = 12

// A plan says at which moments of a stream two orders are recorded and published.
type plan struct{ recorded, published [2]int }

// plans are all plans with moments up to last in which things happen in their order: the
// first before the second, and both recorded before they are published.
func plans(last int) (all []plan) {
	for r1 := range last + 1 {
		for r2 := r1; r2 <= last; r2++ {
			for p1 := r1; p1 <= last; p1++ {
				for p2 := max(p1, r2); p2 <= last; p2++ {
					all = append(all, plan{[2]int{r1, r2}, [2]int{p1, p2}})
				}
			}
		}
	}
	return all
}

// follow has m go through the plan as the stream comes to its moments, and close the
// devices when there is nothing left to do.
func (p plan) follow(t *testing.T, m *memory) (passed func(string)) {
	now, recorded, published, before, live := 0, 0, 0, len(m.log), false
	step := func() {
		for ; recorded < 2 && p.recorded[recorded] <= now; recorded++ {
			m.record()
		}
		for ; published < recorded && p.published[published] <= now; published++ {
			m.publish(before + published + 1)
		}
		now++
	}
	return func(what string) {
		if what == "live" && !live && now > moments+1 {
			t.Errorf("%+v: live only after %d moments: let plans go further", p, now)
		}
		live = live || what == "live"
		step()
		// A stream that is live and has nothing to send would wait for ever.
		for what == "live" && published < 2 {
			step()
		}
		if what == "live" {
			m.shed(wire.ByeDrain)
		}
	}
}

func TestNoEventIsLeftOutOrSentTwiceAtWhateverMomentItIsRecordedAndPublished(t *testing.T) {
	tests := []struct {
		name   string
		before int // events in the log before
		lastID string
		first  int // the first that is wanted
	}{
		{"for a new device of a new mart", 0, "", 1},
		{"for a new device of a mart with open orders", 4, "", 1},
		{"for a device that has everything", 4, "4-0", 5},
		{"for a device that missed some", 4, "1-0", 2},
		{"for a device that has nothing yet", 4, "0-0", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, p := range plans(moments) {
				m := newMemory(tt.before)
				m.perPage = 3
				m.moment = p.follow(t, m)
				c := options(m)
				w := newRecorder()
				w.wrote = m.moment
				r := get(t, wire.EventsPath("42"))
				r.Header.Set("Last-Event-ID", tt.lastID)
				New(c.Options).ServeHTTP(w, r)
				got, want := orders(t, read(t, w.Body.String())), numbers(tt.first, tt.before+2)
				if !slices.Equal(got, want) || fmt.Sprint(c.ended) != "[drain]" || c.delivered != len(want) {
					t.Fatalf("%+v: got %v, want %v; ended %v, delivered %d:\n%s", p, got, want, c.ended, c.delivered, w.Body)
				}
			}
		})
	}
}

// A PC that was off for days, on a bad line, while its mart is busy.
func TestALogThatIsReadSlowlyOverflowsNothing(t *testing.T) {
	const old, during = 20_000, 500 // some 3 MB, and many more than the queue has room for
	m := newMemory(old)
	m.queue = 4
	pages, busy := 0, make(chan struct{})
	m.moment = func(what string) {
		if what != "before a page" {
			return
		}
		if pages++; pages == 5 {
			for range during {
				m.happen()
			}
			close(busy)
		}
	}
	c := options(m)
	server := httptest.NewServer(mux(c))
	defer server.Close()
	res, err := http.Get(server.URL + wire.EventsPath("42") + "?after=0-0")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	<-busy // the reader begins only now
	body := bufio.NewReader(res.Body)
	text := readUntil(t, body, old+during)
	m.happen() // the stream is there for what comes next too
	text += readUntil(t, body, old+during+1)
	if got := orders(t, read(t, text)); !slices.Equal(got, numbers(1, old+during+1)) {
		t.Errorf("got %d orders, the last %v", len(got), got[max(0, len(got)-3):])
	}
}

func mux(c *counted) http.Handler {
	h, mux := New(c.Options), http.NewServeMux()
	mux.Handle(wire.EventsPattern, h)
	mux.HandleFunc(wire.OrdersPattern, h.Poll)
	return mux
}

// readUntil reads events until one has the nth order.
func readUntil(t *testing.T, r *bufio.Reader, n int) string {
	t.Helper()
	want := fmt.Sprintf(`"orderId":"%d"`, n)
	var text strings.Builder
	for done := false; ; {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("after %d bytes: %v", text.Len(), err)
		}
		text.WriteString(line)
		if done = done || strings.Contains(line, want); done && line == "\n" {
			return text.String()
		}
	}
}

// The second reading fills the queue of a device that is too slow even for that: it is
// cut off, comes again, and has lost nothing.
func TestADeviceThatOverflowsAfterJoiningGoesOnWhereItWasCutOff(t *testing.T) {
	m := newMemory(3)
	m.queue, m.perPage = 2, 2
	reading := false
	m.moment = func(what string) {
		if reading = reading || what == "after joining"; reading && what == "before a page" && len(m.log) < 12 {
			m.happen()
			m.happen()
			m.happen()
		}
		if what == "live" {
			m.shed(wire.ByeDrain) // of those that are not cut off yet
		}
	}
	c := options(m)
	first := read(t, streamed(t, c, "0-0").Body.String())
	got := orders(t, first)
	m.endWhenLive()
	last := first[len(first)-1].LastEventID
	got = append(got, orders(t, read(t, streamed(t, c, last).Body.String()))...)
	if !slices.Equal(got, numbers(1, 12)) || fmt.Sprint(c.ended) != "[slow drain]" || m.joined() != 0 {
		t.Errorf("got %v, ended %v, %d joined", got, c.ended, m.joined())
	}
}

func TestAPageIsFewWritesAndConnectLeavesBeforeIt(t *testing.T) {
	m := newMemory(256)
	m.endWhenLive()
	c := options(m)
	said := streamed(t, c, "").said()
	size := 0
	for _, s := range said {
		size = max(size, len(s))
	}
	if said[0] != "event: connect\nretry: 3000\ndata: connected\n\n" || len(said) > 6 || size > 2*replayWrite || c.delivered != 256 {
		t.Errorf("%d writes, the largest of %d bytes, delivered %d, first %q", len(said), size, c.delivered, said[0])
	}
}

func TestConnectSaysFromWhereAResumingLosesNothing(t *testing.T) {
	tests := []struct {
		name, lastID string
		log, trimmed int
		want         string // the id: line
		outcome      string
	}{
		{"a new device of a mart that never had an order", "", 0, 0, "id: 0-0\n", Fresh},
		{"a new device while nothing is open", "", 3, 3, "id: 3-0\n", Fresh},
		{"a new device while orders are open", "", 3, 0, "", Fresh},
		{"one that has everything", "3-0", 3, 0, "id: 3-0\n", Resumed},
		{"one that missed some", "1-0", 3, 0, "id: 1-0\n", Resumed},
		{"one that missed too many", "1-0", 9, 5, "", Gap},
		{"one from the future", "99-0", 3, 0, "", Gap},
		{"one whose log vanished", "7-0", 0, 0, "", Gap},
		{"one that gives garbage", "garbage", 3, 0, "", Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(tt.log)
			m.trimmed = tt.trimmed
			m.endWhenLive()
			c := options(m)
			said := streamed(t, c, tt.lastID).said()
			if want := tt.want + "event: connect\nretry: 3000\ndata: connected\n\n"; said[0] != want || fmt.Sprint(c.resumed) != "["+tt.outcome+"]" {
				t.Errorf("said %q, want %q; began as %v", said[0], want, c.resumed)
			}
		})
	}
}

func TestAGapHasAnEmptyIDThatTakesTheDevicesAway(t *testing.T) {
	tests := []struct {
		name, lastID string
		log, trimmed int
		want         string
	}{
		{"the log is younger", "2-0", 6, 4, `{"after":"2-0","oldest":"5-0"}`},
		{"the log vanished", "2-0", 0, 0, `{"after":"2-0","oldest":""}`},
		{"what it gave is no ID, and is not repeated", "<script>", 1, 0, `{"after":"","oldest":"1-0"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(tt.log)
			m.trimmed = tt.trimmed
			m.endWhenLive()
			text := streamed(t, options(m), tt.lastID).Body.String()
			if want := "id: \nevent: gap\ndata: " + tt.want + "\n\n"; strings.Count(text, want) != 1 || !strings.Contains(text, "data: connected\n\n"+want) {
				t.Errorf("said %q", text)
			}
			// A device that had an ID reads on.
			events := read(t, "id: 2-0\nevent: before\ndata:\n\n"+text)
			if events[1].LastEventID != "2-0" || events[2].Type != wire.GapEvent || events[2].LastEventID != "" {
				t.Errorf("read %+v", events[:3])
			}
			if got := orders(t, events); !slices.Equal(got, numbers(tt.trimmed+1, tt.log)) {
				t.Errorf("after the gap came %v", got)
			}
		})
	}
}

// While a device reads a long log, the log may be trimmed beyond where it is.
func TestALogThatIsTrimmedWhileItIsReadMakesAGap(t *testing.T) {
	m := newMemory(8)
	m.perPage = 2
	pages := 0
	m.moment = func(what string) {
		if what == "before a page" {
			if pages++; pages == 2 {
				m.trimmed = 5
			}
		}
		if what == "live" {
			m.shed(wire.ByeDrain)
		}
	}
	text := streamed(t, options(m), "0-0").Body.String()
	if got := orders(t, read(t, text)); fmt.Sprint(got) != "[1 2 6 7 8]" || strings.Count(text, `{"after":"2-0","oldest":"6-0"}`) != 1 {
		t.Errorf("got %v of %q", got, text)
	}
}

// When the log cannot be read any more, what waits in the queue may not follow.
func TestAStreamThatCannotGoOnEndsWithAByeAndNothingAfterAHole(t *testing.T) {
	away := errors.New("away")
	tests := []struct {
		name string
		at   string // the moment at which Redis goes, or the server stops
		fail func(m *memory)
		want []string
	}{
		{"the second page fails, in the first reading", "after a page", func(m *memory) { m.fail(away) }, numbers(1, 2)},
		{"the mart is not heard", "before joining", func(m *memory) { m.deaf = away }, numbers(1, 3)},
		{"the server stops meanwhile", "before joining", (*memory).drain, numbers(1, 3)},
		{"the second reading fails", "after joining", func(m *memory) { m.fail(away); m.record(); m.happen() }, numbers(1, 3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(3)
			m.perPage = 2
			m.moment = func(what string) {
				if what == tt.at {
					m.endWhenLive()
					tt.fail(m)
				}
			}
			c := options(m)
			w := streamed(t, c, "")
			if got := orders(t, read(t, w.Body.String())); w.Code != 200 || !slices.Equal(got, tt.want) {
				t.Errorf("%d, got %v, want %v", w.Code, got, tt.want)
			}
			if !regexp.MustCompile(`\n\nevent: bye\ndata: {"reason":"drain","retryMs":\d+}\n\n$`).MatchString(w.Body.String()) || fmt.Sprint(c.ended) != "[drain]" || m.joined() != 0 {
				t.Errorf("ended %v, %d joined: %q", c.ended, m.joined(), w.Body)
			}
		})
	}
}

func TestAnEventThatCannotBeSentIsPassedOver(t *testing.T) {
	m := newMemory(4)
	m.log[0].Kind = "refund"                      // of a newer server
	m.log[1].At = m.log[1].At.AddDate(9999, 0, 0) // JSON has no such year
	m.log[3] = order.Event{ID: "4-0", Mart: "42", Order: "3", Kind: order.Acked, By: "카운터"}
	m.endWhenLive()
	c := options(m)
	events := read(t, streamed(t, c, "0-0").Body.String())
	var names []string
	for _, e := range events {
		names = append(names, e.Type)
	}
	if fmt.Sprint(names) != "[connect order ack bye]" || events[2].LastEventID != "4-0" || c.delivered != 2 || !strings.Contains(c.logged.String(), "mart=42 order=2") {
		t.Errorf("read %+v, logged %s", events, &c.logged)
	}
}
