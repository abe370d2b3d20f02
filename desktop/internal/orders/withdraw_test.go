package orders

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

func TestWhatAWithdrawalMakesOfAnOrder(t *testing.T) {
	first := event("42", 1)
	cancel := changeOf(first, order.Cancelled, noon.Add(time.Minute), "")
	read := ackOf(first, noon.Add(2*time.Minute), "홀")
	tests := []struct {
		name   string
		happen func(*Store)
		want   State
		unsent bool
	}{
		{"it waited", func(b *Store) { b.Take(first); b.Take(cancel) }, Cancelled, false},
		{"the kitchen cooks it", func(b *Store) { b.Take(first); b.Take(ackOf(first, noon.Add(time.Second), "주방")); b.Take(cancel) }, Cancelled, false},
		{"it came while this PC was away", func(b *Store) { b.Take(closed(1)); b.Take(cancel) }, Cancelled, false},
		{"confirmed here, not sent: of no use any more", func(b *Store) { b.Take(first); b.Confirm(key(1), "나", noon); b.Take(cancel) }, Cancelled, false},
		{"taken back here, not sent", func(b *Store) {
			b.Take(first)
			b.Confirm(key(1), "나", noon)
			sent(b, 1)
			b.Reopen(key(1))
			b.Take(cancel)
		}, Cancelled, false},
		{"read elsewhere", func(b *Store) { b.Take(first); b.Take(cancel); b.Take(read) }, Confirmed, false},
		{"read here", func(b *Store) { b.Take(first); b.Take(cancel); b.ReadAll([]Key{key(1)}, "나", noon) }, Confirmed, true},
		{"confirmed here while it was withdrawn: nobody has read that", func(b *Store) { b.Take(first); b.Take(cancel); b.Confirm(key(1), "나", noon) }, Cancelled, false},
		{"read here before it was withdrawn", func(b *Store) { b.Take(first); b.ReadAll([]Key{key(1)}, "나", noon); b.Take(cancel) }, Cancelled, false},
		{"read, and the cancel is replayed", func(b *Store) { b.Take(first); b.Take(cancel); b.Take(read); b.Take(cancel) }, Confirmed, false},
		{"taken back after it was read", func(b *Store) {
			b.Take(first)
			b.Take(cancel)
			b.Take(read)
			b.Take(changeOf(first, order.Reopened, noon.Add(3*time.Minute), "홀"))
			b.Reopen(key(1))
		}, Confirmed, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "orders.log")
			b := open(t, path)
			tt.happen(b)
			b = reopened(t, b, path)
			e, _ := b.entry(key(1))
			if e.State != tt.want || e.Withdrawn.IsZero() || e.Unsent != tt.unsent || (len(b.Open()) == 1) != (tt.want != Confirmed) {
				t.Errorf("it is %+v, open: %v", e, b.Open())
			}
			if b.Take(first) {
				t.Error("it rings")
			}
		})
	}
}

func TestAWithdrawalOfAnUnknownOrderIsNothing(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	b.Take(changeOf(event("42", 1), order.Cancelled, noon, ""))
	if len(b.Open()) > 0 || b.Find(ipc.Query{Limit: 1}).Total > 0 || b.LastID("42") == "" {
		t.Errorf("open %v, last ID %q", b.Open(), b.LastID("42"))
	}
}

func TestTheAckOfAnUnknownOrderSilencesThatOrderAndNoOtherOfItsNumber(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	unknown, next := event("42", 1), event("42", 2)
	next.Order, next.Summary = unknown.Order, "another one"
	b.Take(ackOf(unknown, noon.Add(time.Second), "홀"))
	if !b.Take(next) {
		t.Error("another order of the number does not ring")
	}
	if b.Take(unknown) {
		t.Error("the order rings, though it was confirmed")
	}
	if len(b.Open()) != 1 || b.Open()[0].ID != next.ID {
		t.Errorf("open %+v", b.Open())
	}
}

func TestWhatAReopeningMakesOfAnOrder(t *testing.T) {
	first := event("42", 1)
	acked, reopen := ackOf(first, noon.Add(time.Second), "홀"), changeOf(first, order.Reopened, noon.Add(time.Minute), "홀")
	type entry struct {
		state            State
		unsent, reopened bool
	}
	tests := []struct {
		name   string
		happen func(*Store)
		want   entry
	}{
		{"elsewhere", func(b *Store) { b.Take(acked); b.Take(reopen) }, entry{Waiting, false, false}},
		{"elsewhere, and the ack is replayed", func(b *Store) { b.Take(acked); b.Take(reopen); b.Take(acked) }, entry{Waiting, false, false}},
		{"elsewhere, and confirmed again", func(b *Store) { b.Take(acked); b.Take(reopen); b.Take(ackOf(first, noon.Add(time.Hour), "홀")) }, entry{Confirmed, false, false}},
		{"elsewhere, and replayed after it was confirmed again", func(b *Store) {
			b.Take(acked)
			b.Take(reopen)
			b.Take(ackOf(first, noon.Add(time.Hour), "홀"))
			b.Take(reopen)
		}, entry{Confirmed, false, false}},
		{"here, before it was sent: nobody has to be told", func(b *Store) { b.Confirm(key(1), "나", noon); b.Reopen(key(1)) }, entry{Waiting, false, false}},
		{"here, while it is sent", func(b *Store) { b.Confirm(key(1), "나", noon); b.Sending(b.Unsent("42")); b.Reopen(key(1)) }, entry{Waiting, false, true}},
		{"here, after it was sent", func(b *Store) { b.Confirm(key(1), "나", noon); sent(b, 1); b.Reopen(key(1)) }, entry{Waiting, false, true}},
		{"here, and then the ack comes that is taken back", func(b *Store) {
			b.Confirm(key(1), "나", noon)
			sent(b, 1)
			b.Reopen(key(1))
			b.Take(acked)
		}, entry{Waiting, false, true}},
		{"here, and the server knows", func(b *Store) { b.Take(acked); b.Reopen(key(1)); b.Sent(b.Unsent("42")[0]) }, entry{Waiting, false, false}},
		{"here, and its event comes", func(b *Store) { b.Take(acked); b.Reopen(key(1)); b.Take(reopen) }, entry{Waiting, false, false}},
		{"here, and confirmed again before its event comes", func(b *Store) {
			b.Take(acked)
			b.Reopen(key(1))
			b.Confirm(key(1), "나", noon)
			b.Take(reopen)
		}, entry{Confirmed, true, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "orders.log")
			b := open(t, path)
			b.Take(first)
			tt.happen(b)
			b = reopened(t, b, path)
			e, _ := b.entry(key(1))
			if got := (entry{e.State, e.Unsent, e.Reopened}); got != tt.want || (len(b.Open()) == 1) != (tt.want.state == Waiting) {
				t.Errorf("it is %+v", e)
			}
		})
	}
}

func TestAnOrderThatWasTakenBackCanBeConfirmedWhileTheServerIsTold(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	b.Take(event("42", 1))
	b.Take(acked(1, 2, "나"))
	b.Reopen(key(1))
	reopen := b.Sending(b.Unsent("42"))
	b.Confirm(key(1), "나", noon)
	b.Sent(reopen[0])
	if unsent := b.Unsent("42"); len(unsent) != 1 || unsent[0].Reopened {
		t.Errorf("unsent %+v", unsent)
	}
}

func TestAnOrderThatCannotBeReadIsToldUntilAPersonKnows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	b.Unreadable("42", "7-0")
	b = reopened(t, b, path)
	if !b.HasGap("42") || !b.HasUnreadable("42") || b.LastID("42") != "7-0" {
		t.Errorf("gap %v, last ID %s", b.gaps, b.LastID("42"))
	}
	b.CloseGap("42")
	b = reopened(t, b, path)
	if b.HasGap("42") || b.HasUnreadable("42") || b.LastID("42") != "7-0" {
		t.Errorf("gap %v, last ID %s", b.gaps, b.LastID("42"))
	}
}

func TestTheHistorySaysThatAnOrderWasWithdrawn(t *testing.T) {
	b := empty("")
	at := noon.Add(time.Minute)
	b.apply(event("42", 1))
	b.apply(changeOf(event("42", 1), order.Cancelled, at, ""))
	b.apply(event("42", 2))
	page := b.Find(ipc.Query{Limit: 9})
	if r := page.Rows[0]; page.Waiting != 1 || !r.Unread || r.Waiting || !r.Withdrawn.Equal(at) || r.ID != key(1).ID {
		t.Errorf("%+v", page)
	}
	var out bytes.Buffer
	if err := b.Export(&out, ipc.Query{}, korean(t)); err != nil {
		t.Fatal(err)
	}
	if r := parsed(t, out.Bytes())[1]; r[5] != "취소됨" || r[8] != at.Local().Format(time.DateTime) {
		t.Errorf("%q", r)
	}
}

func TestAConfirmationThatCrossedTheWithdrawalDoesNotSayThatItWasRead(t *testing.T) {
	b := empty("")
	b.apply(event("42", 1))
	b.Confirm(key(1), "나", noon)
	before := b.Sending(b.Unsent("42"))
	b.apply(changeOf(event("42", 1), order.Cancelled, noon, ""))
	b.ReadAll([]Key{key(1)}, "나", noon)
	b.Sent(before[0])
	if unsent := b.Unsent("42"); before[0].Withdrawn || len(unsent) != 1 || !unsent[0].Withdrawn {
		t.Errorf("sent %+v, unsent %+v", before, unsent)
	}
}
