//go:build linux

package e2e

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/e2e/harness/alsa"
	"jumun/desktop/e2e/harness/sound"
)

const rate = 48000

// soundPatience is for machines that are too busy for sound: most plays have holes there, and each repeat is another chance.
const soundPatience = 2 * time.Minute

// A speaker is a sound server with an output of which all is recorded.
type speaker struct {
	t    *testing.T
	env  string
	file string
}

func plugIn(t *testing.T) *speaker {
	t.Helper()
	dir, err := os.MkdirTemp("", "pulse") // short: a socket's path has 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &speaker{t, "PULSE_SERVER=unix:" + filepath.Join(dir, "native"), filepath.Join(dir, "heard")}
	home := []string{"HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "XDG_CONFIG_HOME=" + dir, "PULSE_RUNTIME_PATH=" + dir}
	s.start(home, "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
		"-L", "module-native-protocol-unix socket="+filepath.Join(dir, "native"), "-L", "module-null-sink sink_name=till rate=48000 channels=2")
	eventually(t, "the sound server", func() bool { return s.command("pactl", "info").Run() == nil }, func() string { return "" })
	t.Cleanup(s.keep)
	s.start(nil, "parec", "--device=till.monitor", "--format=float32le", "--rate=48000", "--channels=2", "--raw", "--latency-msec=100", s.file)
	return s
}

func (s *speaker) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), s.env)
	return cmd
}

func (s *speaker) start(env []string, name string, args ...string) {
	s.t.Helper()
	cmd := s.command(name, args...)
	cmd.Env = append(cmd.Env, env...)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
	})
}

const frameSize = 8

// now returns the number of the frame that is recorded next.
func (s *speaker) now() int {
	info, err := os.Stat(s.file)
	if err != nil {
		return 0
	}
	return int(info.Size()) / frameSize
}

// recorded returns the frames since one of them.
func (s *speaker) recorded(from int) [][2]float32 {
	raw, err := os.ReadFile(s.file)
	if err != nil {
		return nil
	}
	raw = raw[min(from*frameSize, len(raw)):]
	frames := make([][2]float32, len(raw)/frameSize)
	for i := range frames {
		for c := range 2 {
			frames[i][c] = math.Float32frombits(binary.LittleEndian.Uint32(raw[i*frameSize+4*c:]))
		}
	}
	return frames
}

// heard returns the plays of some sounds since a frame.
func (s *speaker) heard(from int, names ...string) []sound.Play {
	s.t.Helper()
	r := alsa.Recording{Rate: rate, Opened: time.Unix(0, 0), Frames: s.recorded(from)}
	plays, err := sound.PlaysOf([]alsa.Recording{r}, names...)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(plays) > 0 {
		return plays
	}
	whole, _ := r.WithoutDropouts() // a machine that is too busy for sound cuts what plays once
	r.Frames = make([][2]float32, len(whole))
	for i, v := range whole {
		r.Frames[i] = [2]float32{float32(v), float32(v)}
	}
	if plays, err = sound.PlaysOf([]alsa.Recording{r}, names...); err != nil {
		s.t.Fatal(err)
	}
	return plays
}

// until waits until a sound was heard so many times since a frame.
func (s *speaker) until(from int, name string, times int) (plays []sound.Play) {
	s.t.Helper()
	known := 0
	within(s.t, soundPatience, "heard "+name, func() bool {
		if n := s.now(); n >= known+2*rate { // correlating takes the processor from what plays
			known, plays = n, s.heard(from, name)
		}
		return len(plays) >= times
	},
		func() string { return "a recording whose loudest frame is " + loudest(s.recorded(from)) })
	return plays
}

// isSilent reports whether all of the last frames are below what a person hears.
func (s *speaker) isSilent(seconds float64) bool {
	from := s.now() - int(seconds*rate)
	if from < 0 {
		return false
	}
	for _, f := range s.recorded(from) {
		if f[0] > 0.001 || f[0] < -0.001 {
			return false
		}
	}
	return true
}

// keep copies the recording for whoever asks why a sound was not found in it.
func (s *speaker) keep() {
	if to := os.Getenv("JUMUN_TEST_PAGE_SHOTS"); to != "" && s.t.Failed() {
		raw, _ := os.ReadFile(s.file)
		_ = os.WriteFile(filepath.Join(to, s.t.Name()+".f32"), raw, 0o644)
	}
}

func loudest(frames [][2]float32) string {
	peak := float32(0)
	for _, f := range frames {
		peak = max(peak, f[0], -f[0])
	}
	return fmt.Sprint(peak)
}
