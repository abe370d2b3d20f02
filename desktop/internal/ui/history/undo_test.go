package history

import (
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
)

func TestAConfirmationCanBeTakenBackForAMinute(t *testing.T) {
	rows := uitest.Rows(2, 0)
	rows[0].ID, rows[0].Ended = "1-0", uitest.Dinner().Add(-30*time.Second)
	h, b := testHistory(t, rows)
	if got := shown(h); strings.Count(got, "되돌리기") != 1 {
		t.Fatalf("it shows\n%s", got)
	}
	undo := target{keyOf(rows[0]), reopens}
	h.act(undo)
	if len(b.sent) > 0 {
		t.Error("a press counted before the rows had settled")
	}
	now := uitest.Dinner().Add(widgets.SettleTime)
	h.now = func() time.Time { return now }
	h.act(undo)
	if len(b.sent) != 1 || b.sent[0].Reopen == nil || b.sent[0].Reopen.ID != "1-0" {
		t.Fatalf("sent %+v", b.sent)
	}
	now = uitest.Dinner().Add(30 * time.Second)
	h.Tick()
	if got := shown(h); strings.Contains(got, "되돌리기") {
		t.Errorf("after a minute it shows\n%s", got)
	}
}

func TestAWithdrawnOrderIsReadInTheHistory(t *testing.T) {
	rows := uitest.Rows(2, 0)
	rows[0].ID, rows[0].Unread, rows[0].Withdrawn, rows[0].Again = "1-0", true, rows[0].At.Add(time.Minute), false
	rows[1].Withdrawn, rows[1].Ended, rows[1].By, rows[1].Again = rows[1].At.Add(time.Minute), uitest.Dinner(), "주방", false
	h, b := testHistory(t, rows)
	if got := shown(h); !strings.Contains(got, "18:31 취소됨") || !strings.Contains(got, "18:24 취소됨 주방") || strings.Contains(got, "되돌리기") {
		t.Errorf("it shows\n%s", got)
	}
	now := uitest.Dinner().Add(widgets.SettleTime)
	h.now = func() time.Time { return now }
	h.act(target{keyOf(rows[0]), confirms})
	if len(b.sent) != 1 || len(b.sent[0].Confirm) != 1 || b.sent[0].Confirm[0] != (ipc.Key{Mart: "42", ID: "1-0", Order: rows[0].Order, Kind: ipc.CardCancelled}) {
		t.Errorf("sent %+v", b.sent)
	}
}
