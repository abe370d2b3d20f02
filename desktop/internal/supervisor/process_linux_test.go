package supervisor

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// startKeeper starts a keeper as a process of its own.
func startKeeper(t *testing.T, how string) (*exec.Cmd, *lines, string) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "jumun.log")
	cmd := exec.Command(os.Args[0], keeperRole, log, how)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // a second at each exit
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	t.Cleanup(func() { // nothing to do for one that has ended
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, readLines(t, read), log
}

func TestASignalToTheKeeperEndsBothWithStatusZero(t *testing.T) {
	cmd, said, _ := startKeeper(t, "stay")
	pid := said.up()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	said.until("asked")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the agent is there: %v", err)
	}
}

func TestAKilledAgentIsThereAgainWithinTwoSeconds(t *testing.T) {
	begun := time.Now()
	cmd, said, _ := startKeeper(t, "stay")
	first := said.up()
	killed := time.Now()
	slow := killed.Sub(begun) // what a start takes on this machine, under a race detector, say
	kill(t, first)
	again := said.up()
	if took := time.Since(killed); took > 2*time.Second+slow {
		t.Errorf("took %v, and a start %v", took, slow)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v; agent %d", err, again)
	}
}

func TestTheAgentOutlivesItsKilledKeeper(t *testing.T) {
	cmd, said, log := startKeeper(t, "chatter")
	pid := said.up()
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGKILL) }) // it ends below if all is well
	kill(t, cmd.Process.Pid)
	_ = cmd.Wait()
	grown := size(t, log)
	eventually(t, "the agent to write more", func() bool { return size(t, log) > grown+1000 })
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the agent to end", func() bool { return ended(pid) })
}

func TestTheKeeperOutlivesWhoeverReadItsStandardError(t *testing.T) {
	cmd, said, _ := startKeeper(t, "chatter")
	pid := said.up()
	said.close()
	kill(t, pid) // the next says that it is up, which nobody reads
	eventually(t, "another agent", func() bool {
		other := child(t, cmd.Process.Pid)
		return other != 0 && other != pid
	})
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
