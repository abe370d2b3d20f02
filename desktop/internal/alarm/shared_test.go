package alarm

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// scenarios are what testdata/scenarios.json has: what happens, and what sounds then. jumun.js is held to the same ones
// (server/internal/web/e2e).
type scenarios struct {
	Plays map[string]struct {
		Sound  string
		Repeat bool
		Volume float64
	}
	Scenarios []struct {
		Name  string
		Steps []step
	}
}

type step struct {
	At    float64 // seconds after noon
	Do    string
	Then  *string // what sounds, one of Plays; "": nothing; nil: not asked
	State string  // of the connection; "": not asked
}

// A store is a Decider and the cards that it was given.
type store struct {
	*Decider
	cards []ipc.Card
}

// do makes one thing happen.
func (s *store) do(what string, now float64) {
	verb, name, _ := strings.Cut(what, " ")
	switch verb {
	case "order", "reopen":
		s.set(name, ipc.CardOrder, now)
	case "withdraw":
		s.set(name, ipc.CardCancelled, now)
	case "confirm", "read":
		s.remove(name)
	case "connecting", "connected", "refused":
		s.SetConnection(map[string]string{"connecting": ipc.Connecting, "connected": ipc.Connected, "refused": ipc.Refused}[verb], at(now))
	case "gap":
		s.SetGap(true)
	case "unreadable":
		s.SetGap(true)
		s.SetUnreadable(true)
	case "looked":
		s.SetGap(false)
		s.SetUnreadable(false)
	case "test":
		s.StartTest(at(now))
	case "office":
		s.StartOfficeTest(order.ID(name), at(now))
	case "heard":
		s.SoundEnded()
	case "deaf":
		s.SoundFailed(ipc.NoDevice, at(now))
	case "hears":
		s.SpeakerWorks(at(now))
	default:
		panic("nothing is called " + what)
	}
}

func (s *store) set(name, kind string, now float64) {
	s.remove(name)
	c := card(0, at(now))
	c.Key.ID, c.Key.Kind = order.ID(name), kind
	s.cards = append(s.cards, c)
	s.SetOrders(s.cards)
}

func (s *store) remove(name string) {
	s.cards = slices.DeleteFunc(slices.Clone(s.cards), func(c ipc.Card) bool { return c.Key.ID == order.ID(name) })
	s.SetOrders(s.cards)
}

func TestTheAlarmIsThatOfTheScenarios(t *testing.T) {
	raw, err := os.ReadFile("testdata/scenarios.json")
	if err != nil {
		t.Fatal(err)
	}
	var table scenarios
	if err := json.Unmarshal(raw, &table); err != nil || len(table.Scenarios) < 20 {
		t.Fatalf("%d scenarios, %v", len(table.Scenarios), err)
	}
	for _, scenario := range table.Scenarios {
		t.Run(scenario.Name, func(t *testing.T) {
			s := store{Decider: with(settings.Settings{Volume: 0.8, Remind: 3})}
			for _, step := range scenario.Steps {
				if step.Do != "" {
					s.do(step.Do, step.At)
				}
				a := s.Decide(at(step.At))
				if step.State != "" && a.State != step.State {
					t.Errorf("at %v: it is %s", step.At, a.State)
				}
				if step.Then != nil {
					compare(t, step, a.Play, table)
				}
			}
		})
	}
}

// compare holds what plays to what the table wants.
func compare(t *testing.T, s step, play *ipc.Play, table scenarios) {
	t.Helper()
	if play == nil || *s.Then == "" {
		if play != nil || *s.Then != "" {
			t.Errorf("at %v %s: plays %+v, want %q", s.At, s.Do, play, *s.Then)
		}
		return
	}
	if want := table.Plays[*s.Then]; play.Sound != want.Sound || play.Repeat != want.Repeat || play.Volume != want.Volume {
		t.Errorf("at %v %s: plays %+v, want %+v", s.At, s.Do, *play, want)
	}
}
