package orders

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"jumun/shared/order"
)

// whole is a file of 100 orders, of which every other one is confirmed.
func whole(t testing.TB) (path string, raw []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "orders.log")
	b, err := Open(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 100 {
		b.Take(event("42", n))
		if n%2 == 0 {
			b.Confirm(key(n), "카운터", noon)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if raw, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return path, raw
}

func TestADamagedFileLosesOnlyWhatWasHitAndAsksTheServerAgain(t *testing.T) {
	tests := []struct {
		name   string
		damage func([]byte) []byte
		known  int // orders still known, at least
	}{
		{"noise", func([]byte) []byte { return bytes.Repeat([]byte("jumun\n"), 5000) }, 0},
		{"a line without an end", func([]byte) []byte { return append(bytes.Repeat([]byte("a"), 10<<20), '\n') }, 0},
		{"a flipped bit", func(raw []byte) []byte { raw[len(raw)/2] ^= 1; return raw }, 99},
		{"zeros in the middle, as after a power cut", func(raw []byte) []byte { clear(raw[8192:12288]); return raw }, 60},
		{"the first half gone", func(raw []byte) []byte { return raw[len(raw)/2:] }, 49},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path, raw := whole(t)
			if err := os.WriteFile(path, tt.damage(raw), 0o600); err != nil {
				t.Fatal(err)
			}
			b, err := Open(path, noon)
			var damaged *DamagedError
			if !errors.As(err, &damaged) {
				t.Fatalf("error %v", err)
			}
			defer b.Close()
			if _, err := os.Stat(damaged.Aside); err != nil {
				t.Error(err)
			}
			if len(b.orders) < tt.known {
				t.Errorf("%d orders known, want %d", len(b.orders), tt.known)
			}
			if b = reopened(t, b, path); b.LastID("42") != "" {
				t.Errorf("last ID %s: the server would not send again what is lost", b.LastID("42"))
			}
			if !b.Take(event("42", 1000)) || b.Err() != nil {
				t.Errorf("does not work: %v", b.Err())
			}
		})
	}
}

func TestAFileThatWasCutOffInTheMiddleOfALineIsWhole(t *testing.T) {
	path, raw := whole(t)
	if err := os.WriteFile(path, raw[:len(raw)-7], 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, path)
	if len(b.orders) != 99 || b.Take(event("42", 98)) || !b.Take(event("42", 99)) {
		t.Errorf("%d orders known", len(b.orders))
	}
}

func TestWithoutAFileItWorksFromMemoryAndSaysSo(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Open(filepath.Join(blocked, "orders.log"), noon)
	if err == nil || b.Err() == nil {
		t.Fatal("no error")
	}
	if !b.Take(event("42", 1)) || b.Take(event("42", 1)) || len(b.Open()) != 1 || !b.Confirm(key(1), "카운터", noon) || b.Take(event("42", 1)) {
		t.Error("it does not work")
	}
	for n := range 2 * maxUnstored {
		b.Take(event("42", n+10))
	}
	if len(b.unstored) > maxUnstored+1 || len(b.Open()) != 2*maxUnstored {
		t.Errorf("%d changes kept, %d waiting", len(b.unstored), len(b.Open()))
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	b.Flush(time.Now().Add(retryEvery))
	if b.Err() != nil {
		t.Fatal(b.Err())
	}
	if again := reopened(t, b, filepath.Join(blocked, "orders.log")); len(again.Open()) != 2*maxUnstored {
		t.Errorf("%d waiting after a restart", len(again.Open()))
	}
}

// /dev/full is a disk that is full.
func TestAFullDiskKeepsRingingFromMemoryAndWritesLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	b.Take(event("42", 1))
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	disk := b.journal.file
	b.journal.file = full
	if !b.Take(event("42", 2)) || b.Err() == nil {
		t.Fatal("an order that could not be written must ring, and be told")
	}
	b.Confirm(key(2), "카운터", noon)
	b.Gap("42")
	if len(b.Unsent("42")) != 1 || !b.HasGap("42") {
		t.Error("a confirmation or a gap that could not be written is forgotten")
	}
	b.journal.file = disk
	b.Flush(time.Now().Add(retryEvery))
	if b.Err() != nil {
		t.Fatal(b.Err())
	}
	b = reopened(t, b, path)
	if got := fmt.Sprint(numbers(b.Open())); got != "[1]" || b.Take(event("42", 2)) {
		t.Errorf("waiting %s, or a confirmed order rings again", got)
	}
	if got := fmt.Sprint(unsent(b)); got != fmt.Sprint([]Key{key(2)}) || !b.HasGap("42") {
		t.Errorf("unsent %s, gap %v", got, b.HasGap("42"))
	}
}

func TestAStartThatCouldNotRenewTheFileUsesTheOldOneAndRecovers(t *testing.T) {
	path, _ := whole(t)
	if err := os.Mkdir(path+".new", 0o700); err != nil { // no file can have that name
		t.Fatal(err)
	}
	b, err := Open(path, noon)
	if err == nil || b.Err() == nil || len(b.Open()) != 50 {
		t.Fatalf("%d waiting, error %v", len(b.Open()), err)
	}
	b.Flush(time.Now().Add(retryEvery))
	if b.Err() != nil {
		t.Errorf("nothing is lacking, and it says %v", b.Err())
	}
	b.Take(event("42", 1000))
	if err := os.Remove(path + ".new"); err != nil {
		t.Fatal(err)
	}
	if b = reopened(t, b, path); len(b.Open()) != 51 {
		t.Errorf("%d waiting after a restart", len(b.Open()))
	}
}

func TestTheFileIsMadeAnewBeforeItGrowsLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	b.Take(event("42", 1))
	b.journal.lines = b.renewAt + 1
	b.Take(event("42", 2))
	if b.journal.lines != 3 { // two orders, and the last ID
		t.Errorf("%d lines", b.journal.lines)
	}
	b.Take(event("42", 3))
	if b = reopened(t, b, path); len(b.Open()) != 3 || b.LastID("42") != event("42", 3).ID {
		t.Errorf("%v waiting, last ID %s", b.Open(), b.LastID("42"))
	}
}

func FuzzOpen(f *testing.F) {
	_, raw := whole(f)
	f.Add(raw[:1000])
	f.Add([]byte("00000000 {}\n"))
	f.Add([]byte(earlier))
	appended, renewed := mixed(f)
	f.Add(appended)
	f.Add(renewed)
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(t.TempDir(), "orders.log")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := Open(path, noon)
		var damaged *DamagedError
		if err != nil && !errors.As(err, &damaged) {
			t.Fatal(err)
		}
		defer b.Close()
		b.Take(order.Event{ID: "1-0", Mart: "fuzz", Order: "fuzz", Kind: order.Placed, At: noon})
		b.Gap("fuzz")
		if len(b.Open()) == 0 || !b.HasGap("fuzz") || b.LastID("fuzz") != "" || b.Err() != nil {
			t.Fatal("the order does not wait, or the gap is not remembered", b.Err())
		}
		if !b.Confirm(Key{"fuzz", "1-0"}, "fuzz", noon) || len(b.Unsent("fuzz")) != 1 {
			t.Fatal("it cannot be confirmed")
		}
	})
}
