package player

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A soundServer is a PulseAudio server of one test.
type soundServer struct {
	t      *testing.T
	env    []string // of programs that should find it
	pid    int
	socket string
}

// startServer starts a server with these modules, and waits until it answers.
func startServer(t *testing.T, modules ...string) *soundServer {
	t.Helper()
	if _, err := exec.LookPath("pulseaudio"); err != nil {
		t.Fatal("PulseAudio is not installed: make test installs it")
	}
	dir := must(os.MkdirTemp("", "pulse"))(t) // t.TempDir's path is too long for a socket
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "native")
	args := []string{"-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
		"-L", "module-native-protocol-unix socket=" + socket}
	for _, m := range modules {
		args = append(args, "-L", m)
	}
	var output bytes.Buffer
	cmd := exec.Command("pulseaudio", args...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "XDG_CONFIG_HOME="+dir, "PULSE_RUNTIME_PATH="+dir)
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the sound server:\n%s", output.String())
		}
	})
	s := &soundServer{t: t, env: []string{"PULSE_SERVER=unix:" + socket, "HOME=" + dir}, pid: cmd.Process.Pid, socket: socket}
	s.waitUntilUp()
	return s
}

// waitUntilUp waits until the server answers.
func (s *soundServer) waitUntilUp() {
	s.t.Helper()
	m := mixer{}
	defer m.close()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); {
		if m.server = dialPulse([]string{s.socket}, until); m.server != nil {
			return
		}
		<-time.After(5 * time.Millisecond) // there is no notification of a new socket
	}
	s.t.Fatal("the sound server did not come up")
}

// control runs pactl, as a mixer of the desktop would, and returns what it printed.
func (s *soundServer) control(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("pactl", args...)
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Env = append(cmd.Env, "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("pactl %v: %v: %s", args, err, out)
	}
	return string(out)
}
