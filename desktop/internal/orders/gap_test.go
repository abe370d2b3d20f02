package orders

import (
	"path/filepath"
	"testing"
)

func TestAGapForgetsTheLastIDAndIsRememberedUntilItIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	b.Take(event("42", 5))
	b.Take(event("43", 5))
	b.Gap("42")
	b = reopened(t, b, path)
	if !b.HasGap("42") || b.HasGap("43") || b.LastID("42") != "" || b.LastID("43") == "" {
		t.Fatalf("gaps %v, last IDs %v", b.gaps, b.lastID)
	}
	b.Take(event("42", 3)) // what the log still has
	b = reopened(t, b, path)
	if !b.HasGap("42") || b.LastID("42") != event("42", 3).ID {
		t.Errorf("gaps %v, last IDs %v", b.gaps, b.lastID)
	}
	b.CloseGap("42")
	b = reopened(t, b, path)
	if b.HasGap("42") || b.LastID("42") != event("42", 3).ID {
		t.Errorf("after it was closed: gaps %v, last IDs %v", b.gaps, b.lastID)
	}
	if b.Gap("42"); !b.HasGap("42") {
		t.Error("the next gap is not remembered")
	}
}

func TestMoveMovesForwardOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	b.Move("42", "10-0")
	b.Move("42", "9-5")
	b.Move("42", "")
	b.Move("42", "no ID")
	if b = reopened(t, b, path); b.LastID("42") != "10-0" {
		t.Errorf("last ID %s", b.LastID("42"))
	}
}

func TestWhatChangesNothingIsNotWritten(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	for range 3 {
		b.Take(event("42", 1))
		b.Take(acked(1, 2, "주방"))
		b.Move("42", event("42", 2).ID)
		b.Confirm(key(1), "나", noon)
		sent(b, 1)
		b.CloseGap("42")
	}
	if b.journal.lines != 2 {
		t.Errorf("%d lines for an order and its ack", b.journal.lines)
	}
	b.Gap("42")
	b.Gap("42")
	b.CloseGap("42")
	b.CloseGap("42")
	if b.journal.lines != 4 {
		t.Errorf("%d lines, with a gap that was closed", b.journal.lines)
	}
}
