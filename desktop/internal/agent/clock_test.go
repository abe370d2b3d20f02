package agent

import (
	"net/http"
	"net/http/httptest"
	"strings"
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
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				w.Header().Set("Date", time.Now().Add(-tt.ahead).UTC().Format(http.TimeFormat))
				_, _ = w.Write([]byte("event: connect\ndata: connected\n\n"))
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			}))
			t.Cleanup(server.Close)
			a := running(t, "plays", "shows")
			a.post(func() { a.saved(whole(settings.Settings{Server: server.URL, Mart: "42", Volume: 0.5, Language: "en"})) })
			until(t, a, "connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
			a.storeEvents([]order.Event{{ID: "1-0", Mart: "42", Order: "1", Kind: order.Placed, At: time.Now().Add(-tt.ahead)}})
			a.post(a.ordersChanged)
			until(t, a, "waiting, and new", func(s ipc.Status) bool {
				return len(s.Waiting) == 1 && time.Since(s.Waiting[0].At).Abs() < 2*clockSlack
			})
			said := make(chan string)
			a.post(func() { said <- a.clockText() })
			if got := <-said; (got != "") != (tt.told != "") || !strings.Contains(got, tt.told) {
				t.Errorf("people are told %q", got)
			}
		})
	}
}
