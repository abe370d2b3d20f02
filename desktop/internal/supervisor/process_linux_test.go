package supervisor

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startSupervisor starts a supervisor as a process of its own.
func startSupervisor(t *testing.T, behaviour string) (cmd *exec.Cmd, out *output, log string) {
	t.Helper()
	log = filepath.Join(t.TempDir(), "jumun.log")
	cmd = exec.Command(os.Args[0], supervisorRole, log, behaviour)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // or the race detector waits a second at each exit
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	t.Cleanup(func() { // no effect on a process that has ended
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, readOutput(t, read), log
}

func TestASignalToTheSupervisorEndsBothProcessesWithStatusZero(t *testing.T) {
	t.Parallel()
	cmd, out, _ := startSupervisor(t, "stay")
	pid := out.nextPID()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	out.waitFor("asked")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the agent still runs: %v", err)
	}
}

func TestAKilledAgentIsThereAgainWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	cmd, out, log := startSupervisor(t, "stay")
	waitUntil(t, "an agent", func() bool { return strings.Contains(read(t, log), "up ") })
	slow := time.Since(begin) // how long a start takes here, with the race detector for example
	first := out.nextPID()
	killed := time.Now()
	kill(t, first)
	waitUntil(t, "another agent", func() bool { return strings.Count(read(t, log), "up ") == 2 })
	if took := time.Since(killed); took > 2*time.Second+slow {
		t.Errorf("took %v, and a start %v", took, slow)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestTheAgentLivesOnWhenTheSupervisorIsKilled(t *testing.T) {
	t.Parallel()
	cmd, out, log := startSupervisor(t, "chatter")
	pid := out.nextPID()
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGKILL) }) // it has ended already if the test passed
	kill(t, cmd.Process.Pid)
	_ = cmd.Wait()
	before := len(read(t, log))
	waitUntil(t, "the agent to write more", func() bool { return len(read(t, log)) > before+1000 })
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the agent to end", func() bool { return hasEnded(pid) })
}

func TestTheSupervisorLivesOnWhenNobodyReadsItsStandardError(t *testing.T) {
	t.Parallel()
	cmd, out, _ := startSupervisor(t, "chatter")
	pid := out.nextPID()
	out.close()
	kill(t, pid) // nobody reads what the next one prints
	waitUntil(t, "another agent", func() bool {
		other := childOf(t, cmd.Process.Pid)
		return other != 0 && other != pid
	})
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
