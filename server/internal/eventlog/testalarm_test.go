package eventlog

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func mustTest(t *testing.T, l *Log) order.Event {
	t.Helper()
	e, err := l.Test(t.Context(), "42", "office-1")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestATestAlarm(t *testing.T) {
	onAll(t, []check{
		{"is in the log, and no order", testIsNoOrder},
		{"follows another one after a minute only", testsAreRare},
		{"is answered by each device, which may say more later", testIsAnswered},
		{"is answered by so many devices only", testAnswersAreBounded},
		{"that is not the last one is not answered", olderTestIsGone},
	})
}

func testIsNoOrder(t *testing.T, l *Log) {
	placed := recordNew(t, l, order.Placement{Mart: "42", Order: "test"})
	sent := mustTest(t, l)
	events := stored(t, l, "42")
	if got := events[len(events)-1]; got != sent || got.Kind != order.Tested || got.Order != "" || got.By != "office-1" {
		t.Errorf("the log has %+v, Test returned %+v", got, sent)
	}
	page, err := l.Page(t.Context(), "42", placed.ID, 10)
	if err != nil || len(page.Events) != 1 || page.Events[0] != sent {
		t.Errorf("a device reads on with %+v, %v", page, err)
	}
	page, err = l.Page(t.Context(), "42", "", 10)
	if err != nil || len(page.Events) != 1 || page.Events[0].ID != placed.ID || page.Last != sent.ID {
		t.Errorf("a new device gets %+v, %v", page, err)
	}
	waiting, err := l.Waiting(t.Context(), []order.MartID{"42"})
	if err != nil || waiting[0].Orders != 1 {
		t.Errorf("%d orders are open, %v", waiting[0].Orders, err)
	}
	h, err := l.History(t.Context(), "42", "test")
	if err != nil || len(h.Orders) != 1 || len(h.Orders[0].Events) != 0 {
		t.Errorf("the history has %+v, %v", h.Orders, err)
	}
	recent, err := l.Recent(t.Context(), "42")
	if err != nil || len(recent.Orders) != 1 || len(recent.Orders[0].Order.Events) != 0 {
		t.Errorf("the last orders are %+v, %v", recent.Orders, err)
	}
}

func testsAreRare(t *testing.T, l *Log) {
	first := mustTest(t, l)
	again, err := l.Test(t.Context(), "42", "office-2")
	if !errors.Is(err, ErrTestTooSoon) || again.ID != first.ID {
		t.Fatalf("the second one is %v, %v", again, err)
	}
	if n := len(stored(t, l, "42")); n != 1 {
		t.Errorf("%d tests are in the log", n)
	}
	if _, err := l.Test(t.Context(), "43", "office-2"); err != nil {
		t.Errorf("another mart waits too: %v", err)
	}
	forgetTest(t, l, first.ID)
	mustTest(t, l)
}

// forgetTest makes the last test of the mart one that was sent a minute earlier.
func forgetTest(t *testing.T, l *Log, id order.ID) {
	t.Helper()
	ms, seq, _ := id.Numbers()
	earlier := fmt.Sprintf("%d-%d", ms-uint64(wire.TestEvery.Milliseconds()), seq)
	if err := l.client.HSet(t.Context(), testKey("42"), "id", earlier).Err(); err != nil {
		t.Fatal(err)
	}
}

func testIsAnswered(t *testing.T, l *Log) {
	sent := mustTest(t, l)
	told := wire.TestAnswer{Sounded: true, Shown: true, Problems: []string{wire.PresenceClosed}}
	for _, a := range []wire.TestAnswer{told, {Sounded: true, Shown: true, Heard: true}} {
		if err := l.AnswerTest(t.Context(), "42", sent.ID, "of 1", a); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.AnswerTest(t.Context(), "42", sent.ID, "pc-2", told); err != nil {
		t.Fatal(err)
	}
	all, err := l.TestAnswers(t.Context(), "42", sent.ID)
	if err != nil || len(all) != 2 || !all["of 1"].Heard || all["of 1"].At.Before(sent.At) || all["pc-2"].Problems[0] != wire.PresenceClosed {
		t.Errorf("devices told %+v, %v", all, err)
	}
	life, err := l.client.PTTL(t.Context(), testKey("42")).Result()
	if err != nil || life <= 0 || life > wire.TestLife {
		t.Errorf("the answers live for %s, %v", life, err)
	}
}

func testAnswersAreBounded(t *testing.T, l *Log) {
	sent := mustTest(t, l)
	for i := range wire.MaxTested {
		if err := l.AnswerTest(t.Context(), "42", sent.ID, fmt.Sprint("pc-", i), wire.TestAnswer{}); err != nil {
			t.Fatal(i, err)
		}
	}
	if err := l.AnswerTest(t.Context(), "42", sent.ID, "one more", wire.TestAnswer{}); !errors.Is(err, ErrTestFull) {
		t.Errorf("one more is taken: %v", err)
	}
	if err := l.AnswerTest(t.Context(), "42", sent.ID, "pc-7", wire.TestAnswer{Heard: true}); err != nil {
		t.Errorf("one that has answered may not say more: %v", err)
	}
}

func olderTestIsGone(t *testing.T, l *Log) {
	first := mustTest(t, l)
	if err := l.AnswerTest(t.Context(), "42", first.ID, "pc-1", wire.TestAnswer{}); err != nil {
		t.Fatal(err)
	}
	forgetTest(t, l, first.ID)
	second := mustTest(t, l)
	if err := l.AnswerTest(t.Context(), "42", first.ID, "pc-1", wire.TestAnswer{}); !errors.Is(err, ErrNoTest) {
		t.Errorf("the first one is answered: %v", err)
	}
	if _, err := l.TestAnswers(t.Context(), "42", first.ID); !errors.Is(err, ErrNoTest) {
		t.Errorf("the first one is shown: %v", err)
	}
	if all, err := l.TestAnswers(t.Context(), "42", second.ID); err != nil || len(all) != 0 {
		t.Errorf("the second one has %v, %v", all, err)
	}
	if err := l.AnswerTest(t.Context(), "43", second.ID, "pc-1", wire.TestAnswer{}); !errors.Is(err, ErrNoTest) {
		t.Errorf("another mart answers: %v", err)
	}
}

func FuzzParseTold(f *testing.F) {
	f.Add(`1722000000000 {"sounded":true,"shown":true,"heard":false,"problems":["muted"]}`)
	f.Add(`1722000000000 null`)
	f.Add(` {}`)
	f.Fuzz(func(t *testing.T, text string) {
		if told, ok := parseTold(text); ok && (told.At.IsZero() || len(told.Problems) > wire.MaxProblems || strings.Contains(strings.Join(told.Problems, ""), "\n")) {
			t.Fatalf("%q is read as %+v", text, told)
		}
	})
}
