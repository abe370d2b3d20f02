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

// TestMain makes the test binary a process that waits for a resume when a test starts it as
// one. It prints "awake" each time it has read the clocks.
func TestMain(m *testing.M) {
	if os.Getenv("JUMUN_TEST_RESUME") == "" {
		os.Exit(m.Run())
	}
	read := readClocks()
	watchClocks(context.Background(), time.Tick(clockInterval), func() clocks {
		defer fmt.Println("awake")
		return read()
	}, func() { fmt.Println("resumed") })
}

func TestAStoppedProcessNoticesIt(t *testing.T) {
	if testing.Short() {
		t.Skip("stops a process for seconds")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "JUMUN_TEST_RESUME=1")
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
	<-time.After(clockInterval + minSleep + time.Second) // the stop must last that long to count
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	continued := time.Now()
	for lines.Text() != "resumed" {
		if !lines.Scan() {
			t.Fatalf("it noticed nothing: %v", lines.Err())
		}
	}
	if took := time.Since(continued); took > 5*time.Second {
		t.Errorf("only after %v", took)
	}
}
