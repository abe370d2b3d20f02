package agent

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

func TestAgesGoByTheServersClockAndAWrongClockIsTold(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ahead time.Duration
		told  string
	}{
		{"right", 0, ""},
		{"a few seconds", 3 * time.Second, ""},
		{"half a minute ahead: corrected, and not worth a word", 30 * time.Second, ""},
		{"ahead", 12*time.Minute + 20*time.Second, "12 min fast"},
		{"behind", -3 * time.Hour, "180 min slow"},
		{"behind, and a second was lost in telling", -3*time.Hour + time.Second, "180 min slow"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := connectedAhead(t, func() time.Duration { return tt.ahead })
			a.storeEvents([]order.Event{{ID: "1-0", Mart: "42", Order: "1", Kind: order.Placed, At: time.Now().Add(-tt.ahead)}})
			a.post(a.ordersChanged)
			until(t, a, "waiting, and new", func(s ipc.Status) bool {
				return len(s.Waiting) == 1 && time.Since(s.Waiting[0].At).Abs() < 2*clockSlack
			})
			if got := a.toldOfClock(); (got != "") != (tt.told != "") || !strings.Contains(got, tt.told) {
				t.Errorf("people are told %q", got)
			}
		})
	}
}

func TestAClockThatIsSetWhileConnectedIsLookedAtAgain(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, after time.Duration
		told          string
	}{
		{"corrected", 12 * time.Minute, 0, ""},
		{"gone wrong", 0, -12 * time.Minute, "12 min slow"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var ahead atomic.Int64
			ahead.Store(int64(tt.before))
			a := connectedAhead(t, func() time.Duration { return time.Duration(ahead.Load()) })
			ahead.Store(int64(tt.after))
			a.post(a.resumed)
			until(t, a, "looked at", func(s ipc.Status) bool {
				return (time.Duration(s.ClockAhead)*time.Second - tt.after).Abs() < clockSlack
			})
			if got := a.toldOfClock(); (got != "") != (tt.told != "") || !strings.Contains(got, tt.told) {
				t.Errorf("people are told %q", got)
			}
		})
	}
}

// connectedAhead returns an agent that is connected to a server whose clock that of this PC is ahead of.
func connectedAhead(t *testing.T, ahead func() time.Duration) *Agent {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Date", time.Now().Add(-ahead()).UTC().Format(http.TimeFormat))
		_, _ = w.Write([]byte("event: connect\ndata: connected\n\n"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	a := running(t, "plays", "shows")
	a.post(func() {
		a.saved(whole(settings.Settings{Server: server.URL, Mart: "42", Volume: 0.5, Language: "en"}))
	})
	until(t, a, "connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	return a
}

// toldOfClock returns what people are told of the clock.
func (a *Agent) toldOfClock() string {
	said := make(chan string)
	a.post(func() { said <- a.clockText() })
	return <-said
}
