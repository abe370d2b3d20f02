package history

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
)

// later makes the window believe that so much time has passed.
func later(h *Window, by time.Duration) {
	now := h.now().Add(by)
	h.now = func() time.Time { return now }
}

func TestAClickOnARowOpensTheDetailsOfTheOrder(t *testing.T) {
	rows := uitest.Rows(5, 1)
	rows[2].Summary = strings.Repeat("치즈김밥 2줄 ", 20)
	h, _ := testHistory(t, rows)
	h.list.Select(2)
	if h.details.root.Visible() {
		t.Error("a click counts on a row that has only just come")
	}
	later(h, widgets.SettleTime)
	h.list.Select(2)
	got := strings.Join(uitest.Strings(h.details.root), " ")
	for _, want := range []string{string(rows[2].Order), "2024-07-27 18:16", "2024-07-27 18:18", "12,000원", "Counter", "강남점", "확인됨", "다시 울리기"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	if strings.Count(got, "치즈김밥") != 20 {
		t.Errorf("the summary is cut: %s", got)
	}
	h.escape()
	if h.details.root.Visible() || !h.orders.Visible() {
		t.Error("Escape does not lead back to the list")
	}
}

func TestASmallButtonCopiesTheNumber(t *testing.T) {
	h, b := testHistory(t, uitest.Rows(3, 1))
	h.open(keyOf(b.rows[1]))
	test.Tap(h.details.copied)
	if got := fyne.CurrentApp().Clipboard().Content(); got != "20240727-0002" || !strings.Contains(shown(h), "복사했습니다") {
		t.Errorf("%q is copied, and it shows\n%s", got, shown(h))
	}
}

func TestAnOrderRingsAgainFromItsDetails(t *testing.T) {
	rows := uitest.Rows(3, 0)
	rows[0].ID, rows[0].Ended = "1-0", uitest.Dinner().Add(-2*time.Minute)
	h, b := testHistory(t, rows)
	h.open(keyOf(rows[0]))
	if got := shown(h); !strings.Contains(got, "다시 울리기") || !strings.Contains(got, "이 PC에서만") {
		t.Errorf("it shows\n%s", got)
	}
	test.Tap(h.details.button)
	if later(h, widgets.SettleTime); len(b.sent) > 0 {
		t.Error("the second click of a double click on the row counts on the button")
	}
	test.Tap(h.details.button)
	test.Tap(h.details.button)
	if len(b.sent) != 1 || b.sent[0].Reopen == nil || *b.sent[0].Reopen != keyOf(rows[0]) {
		t.Fatalf("it sent %+v", b.sent)
	}
	b.rows[0].Waiting, b.rows[0].Again, b.rows[0].Ended = true, false, time.Time{}
	h.Found(b.find(h.pages.find))
	if got := shown(h); !strings.Contains(got, "대기 중") || strings.Contains(got, "다시 울리기") {
		t.Errorf("it shows\n%s", got)
	}
	later(h, widgets.SettleTime)
	test.Tap(h.details.button)
	if len(b.sent) != 2 || !slices.Equal(b.sent[1].Confirm, []ipc.Key{keyOf(rows[0])}) {
		t.Errorf("it sent %+v", b.sent)
	}
}

func TestAnOrderThatCannotRingHereAgainIsOnlyShown(t *testing.T) {
	rows := uitest.Rows(2, 0)
	rows[0].Again = false
	h, _ := testHistory(t, rows)
	h.open(keyOf(rows[0]))
	if got := shown(h); strings.Contains(got, "다시 울리기") || h.details.button.Visible() {
		t.Errorf("it shows\n%s", got)
	}
}

// clickOften presses the button of the first row each 200 ms while the agent answers a confirmation
// after a time, and returns what was sent.
func clickOften(h *Window, b *bench, answer time.Duration) (sent []ipc.FromUI) {
	due := time.Time{}
	for range 40 {
		later(h, 200*time.Millisecond)
		if !due.IsZero() && !h.now().Before(due) {
			b.rows[0].Waiting, b.rows[0].Again, b.rows[0].Ended = false, true, h.now()
			b.rows, due = append(slices.Clone(b.rows[1:]), b.rows[0]), time.Time{}
			h.Found(b.find(h.pages.find))
		}
		r := rowOf(h, 0)
		for _, button := range []*widgets.ConfirmButton{r.confirm, r.undo} {
			if button.Visible() {
				test.Tap(button)
			}
		}
		if len(b.sent) > 0 && len(sent) == 0 {
			due = h.now().Add(answer)
		}
		sent, b.sent = append(sent, b.sent...), nil
	}
	return sent
}

func TestABurstOfClicksConfirmsOnlyTheRowThatWasThereFirst(t *testing.T) {
	for _, answer := range []time.Duration{0, 50 * time.Millisecond, time.Second, 3 * time.Second} {
		for _, orders := range []int{1, 5} {
			h, b := testHistory(t, uitest.Rows(orders, orders))
			first := keyOf(b.rows[0])
			later(h, widgets.SettleTime)
			sent := clickOften(h, b, answer)
			if len(sent) != 1 || !slices.Equal(sent[0].Confirm, []ipc.Key{first}) {
				t.Errorf("answered after %v, %d orders: it sent %+v", answer, orders, sent)
			}
		}
	}
}

// noneIsCut fails the test for every text that is wider than its place or the window.
func noneIsCut(t *testing.T, h *Window, width float32) {
	t.Helper()
	uitest.Texts(h.window.Content(), fyne.NewPos(0, 0), func(text *canvas.Text, at fyne.Position) {
		if min := text.MinSize().Width; min > text.Size().Width+0.5 || at.X+min > width {
			t.Errorf("%q is cut off in %v", text.Text, width)
		}
	})
}

func TestTheHistoryFitsASmallScreenAtEveryScale(t *testing.T) {
	uitest.EveryLook(t, func(t *testing.T, language string) {
		h, b := openHistory(uitest.Translator(t, language), uitest.Rows(40, 2))
		for _, scale := range []float32{0.8, 1, 1.25, 1.5, 1.75, 2, 2.5} {
			size := fyne.NewSize(796/scale, (600-40-36)/scale)
			h.window.Resize(size)
			if got := h.window.Canvas().Size(); got != size {
				t.Errorf("at %v the window is %v, not %v", scale, got, size)
			}
			if h.list.Size().Height < narrowHeight {
				t.Errorf("at %v the list is %v high", scale, h.list.Size().Height)
			}
			noneIsCut(t, h, size.Width)
			h.open(keyOf(b.rows[5]))
			h.window.Resize(size)
			noneIsCut(t, h, size.Width)
			for _, button := range []*widgets.ConfirmButton{h.details.button, h.details.copied} {
				at := fyne.CurrentApp().Driver().AbsolutePositionForObject(button)
				if end := at.Add(button.Size()); end.X > size.Width || end.Y > size.Height || button.Size().Height < buttonHeight {
					t.Errorf("at %v a button of %v ends at %v, in %v", scale, button.Size(), end, size)
				}
			}
			h.back()
		}
	})
}
