package platform

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// TestMain makes this program one that waits to be woken when a test starts it so. It says
// "awake" whenever it has looked at the clocks.
func TestMain(m *testing.M) {
	if os.Getenv("JUMUN_TEST_WOKE") == "" {
		os.Exit(m.Run())
	}
	read := readClocks()
	watchSleep(context.Background(), time.Tick(wakeTick), func() clocks {
		defer fmt.Println("awake")
		return read()
	}, func() { fmt.Println("woke") })
}

func TestAStoppedProcessKnowsThatItWas(t *testing.T) {
	if testing.Short() {
		t.Skip("stops a process for seconds")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "JUMUN_TEST_WOKE=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "awake" {
		t.Fatalf("%q, %v", lines.Text(), lines.Err())
	}
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	<-time.After(wakeTick + asleep + time.Second) // the stop is what is tested: it has to last
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	again := time.Now()
	for lines.Text() != "woke" {
		if !lines.Scan() {
			t.Fatalf("it never woke: %v", lines.Err())
		}
	}
	if took := time.Since(again); took > 5*time.Second {
		t.Errorf("only after %v", took)
	}
}
