package agent

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// told takes the answer to a test alarm.
func (s *server) told(w http.ResponseWriter, r *http.Request) {
	var a wire.TestAnswer
	_ = json.NewDecoder(r.Body).Decode(&a)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tests = append(s.tests, officeReport{order.ID(r.PathValue("id")), a})
	w.WriteHeader(http.StatusNoContent)
}

// test sends a test alarm with the ID n-0 that is that old.
func (s *server) test(n int, age time.Duration) {
	s.send <- fmt.Sprintf("event: test\nid: %d-0\ndata: {\"at\":%q}\n\n", n, time.Now().Add(-age).Format(time.RFC3339Nano))
}

// answersTo returns what the PC told of the test n-0.
func (s *server) answersTo(n int) (list []wire.TestAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.tests {
		if a.id == order.ID(fmt.Sprint(n, "-0")) {
			list = append(list, a.TestAnswer)
		}
	}
	return list
}

// wantAnswer waits until the PC has told of the test n-0, and this in the end.
func (s *server) wantAnswer(t *testing.T, a *Agent, n int, want wire.TestAnswer) {
	t.Helper()
	until(t, a, fmt.Sprintf("%+v is told", want), func(ipc.Status) bool {
		all := s.answersTo(n)
		return len(all) > 0 && reflect.DeepEqual(all[len(all)-1], want)
	})
}

func TestATestOfTheHeadOfficeIsAnswered(t *testing.T) {
	tests := []struct {
		name, ring, window string
		want               wire.TestAnswer
	}{
		{"all is well", "plays to the end", "shows", wire.TestAnswer{Sounded: true, Shown: true}},
		{"no speaker", "no device", "shows", wire.TestAnswer{Shown: true, Problems: []string{wire.PresenceSpeaker}}},
		{"muted", "is muted", "shows", wire.TestAnswer{Shown: true, Problems: []string{wire.PresenceSpeaker}}},
		{"quiet", "is quiet", "shows", wire.TestAnswer{Sounded: true, Shown: true, Problems: []string{wire.PresenceSpeaker}}},
		{"nothing leaves the mixer", "is not heard", "shows", wire.TestAnswer{Shown: true, Problems: []string{wire.PresenceSpeaker}}},
		{"no window", "plays to the end", "dies", wire.TestAnswer{Sounded: true, Problems: []string{wire.PresenceWindow}}},
		{"neither", "no device", "dies", wire.TestAnswer{Problems: []string{wire.PresenceSpeaker, wire.PresenceWindow}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := openServer(t)
			a := server.connectedBy(t, t.TempDir(), tt.ring, tt.window)
			server.test(5, 0)
			server.wantAnswer(t, a, 5, tt.want)
			tt.want.Heard = true
			a.post(func() { a.confirm(ipc.Key{Mart: "42", ID: "5-0", Kind: ipc.CardOffice}) })
			server.wantAnswer(t, a, 5, tt.want)
			if cards := cardsShown(a); len(cards) > 0 {
				t.Errorf("the card is there still: %v", cards)
			}
			if id := a.orders.LastID("42"); id != "5-0" {
				t.Errorf("the PC reads on after %s", id)
			}
			if n := len(a.orders.Open()); n != 0 {
				t.Errorf("%d orders wait", n)
			}
		})
	}
}

// cardsShown returns the kinds of the cards that pop up now.
func cardsShown(a *Agent) (kinds []string) {
	done := make(chan []string)
	a.post(func() {
		var list []string
		for _, c := range a.currentAlarm(time.Now()).Cards {
			list = append(list, c.Kind)
		}
		done <- list
	})
	return <-done
}

func TestATestOfTheHeadOfficeGivesWayToOrders(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays", "shows")
	server.place(1001)
	until(t, a, "ringing", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning && len(s.Waiting) == 1 })
	server.test(1002, 0)
	server.wantAnswer(t, a, 1002, wire.TestAnswer{Problems: []string{wire.TestBusy}})
	if cards := cardsShown(a); !slices.Equal(cards, []string{ipc.CardOrder}) {
		t.Errorf("cards %v", cards)
	}
	// The player that ran before may have been the one that only looks for a speaker.
	until(t, a, "the order rings on", func(s ipc.Status) bool { return len(s.Waiting) == 1 && s.Player.State == ipc.ChildRunning })
	a.post(func() { a.confirm(ipc.Key{Mart: "42", ID: "1001-0", Order: "1001"}) })
	server.test(1003, 0) // its sound goes on until an order comes
	until(t, a, "the card", func(ipc.Status) bool {
		shown := make(chan bool)
		a.post(func() { shown <- a.office.id == "1003-0" && a.office.answer.Shown })
		return <-shown
	})
	server.place(1004)
	server.wantAnswer(t, a, 1003, wire.TestAnswer{Shown: true, Problems: []string{wire.TestBusy}})
	if cards := cardsShown(a); !slices.Equal(cards, []string{ipc.CardOrder}) {
		t.Errorf("cards %v", cards)
	}
}

func TestATestOfTheHeadOfficeWhileSoundsArePausedSaysSo(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
	a.post(func() { a.pause(time.Minute) })
	server.test(5, 0)
	server.wantAnswer(t, a, 5, wire.TestAnswer{Shown: true, Problems: []string{wire.PresenceMuted}})
}

func TestATestOfTheHeadOfficeThatIsOldOrARepeatIsIgnored(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
	server.test(5, wire.TestFresh+time.Second)
	server.test(6, 0)
	server.test(6, 0)
	server.wantAnswer(t, a, 6, wire.TestAnswer{Sounded: true, Shown: true})
	if n := len(server.answersTo(5)); n > 0 {
		t.Errorf("the old one has %d answers", n)
	}
	if all := server.answersTo(6); len(all) != 1 {
		t.Errorf("of test 6 it told %+v", all)
	}
}

func TestHowOldATestOfTheHeadOfficeIsGoesByTheServersClock(t *testing.T) {
	server := openServer(t)
	server.behind = time.Hour
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
	until(t, a, "its clock is known to be ahead", func(s ipc.Status) bool { return s.ClockAhead > 3000 })
	server.test(7, time.Hour)
	server.wantAnswer(t, a, 7, wire.TestAnswer{Sounded: true, Shown: true})
}
