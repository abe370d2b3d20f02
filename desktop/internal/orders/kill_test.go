package orders

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// asWriter makes the test program a process that writes to the inbox in this file.
const asWriter = "JUMUN_TEST_INBOX"

func TestMain(m *testing.M) {
	if path := os.Getenv(asWriter); path != "" {
		if err := write(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// write takes orders, confirms and sends some, and says each thing after it was done.
func write(path string) error {
	b, err := Open(path, noon)
	if err != nil {
		return err
	}
	for n := len(b.orders); b.Err() == nil; n++ {
		b.Take(event("42", n))
		fmt.Println("taken", n)
		if n%2 == 0 {
			b.Confirm(key(n), "나", noon)
			fmt.Println("confirmed", n)
		}
		if n%4 == 0 {
			sent(b, n)
			fmt.Println("sent", n)
		}
	}
	return b.Err()
}

func TestWhatWasSaidToBeDoneSurvivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	said := map[string]map[int]bool{"taken": {}, "confirmed": {}, "sent": {}}
	for round := range rounds {
		killAfter(t, path, 20+7*round, func(what string, n int) { said[what][n] = true })
		b := open(t, path)
		for n := range said["taken"] {
			e, known := b.entry(key(n))
			switch {
			case !known:
				t.Errorf("order %d is gone", n)
			case said["confirmed"][n] && e.State != Confirmed:
				t.Errorf("order %d waits again", n)
			case said["confirmed"][n] && n%4 != 0 && !e.Unsent, said["sent"][n] && e.Unsent:
				t.Errorf("order %d: %+v", n, e)
			}
		}
		if last, want := b.LastID("42"), event("42", len(b.orders)-1).ID; last != want {
			t.Errorf("last ID %s with %d orders", last, len(b.orders))
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter has a process write to path, kills it after so many words, and passes on all
// that it said.
func killAfter(t *testing.T, path string, words int, said func(what string, n int)) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), asWriter+"="+path)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() }) // it hangs
	defer late.Stop()
	heard := 0
	for lines := bufio.NewScanner(out); lines.Scan(); heard++ {
		var what string
		var n int
		if _, err := fmt.Sscan(lines.Text(), &what, &n); err == nil {
			said(what, n)
		}
		if heard == words {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait() // it was killed
	if heard < words {
		t.Fatalf("it said %d things", heard)
	}
}
