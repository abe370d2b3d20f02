package player

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"testing"
	"time"

	"jumun/desktop/e2e/harness/alsa"
	"jumun/desktop/internal/ipc"
)

const (
	captureRole = "capture-sound" // first argument of the test binary as the capture process
	playerRole  = "player"        // the same, as the process under test
)

func TestMain(m *testing.M) {
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case captureRole:
		os.Exit(exitCode(alsa.Capture(os.Args[2:], os.Stdin)))
	case playerRole:
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		os.Exit(exitCode(Run(ctx, os.Stdin, os.Stdout, testSounds)))
	}
	os.Exit(m.Run())
}

func exitCode(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// testSounds returns the built-in sounds of the process under test.
func testSounds(name string) ([]byte, bool) {
	switch name {
	case ipc.SoundOrder:
		return wavOf(chirp(rate/2), rate, 2), true
	case ipc.SoundDigit + "1", ipc.SoundDigit + "2":
		return wavOf(tone(name[len(name)-1]), rate, 2), true
	case ipc.SoundTest:
		return []byte("not a sound"), true
	}
	return nil, false
}

// A process is a player process as its agent sees it.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.WriteCloser
	lines  chan ipc.FromPlayer
	alive  chan struct{} // a line that says only that it lives; those that nobody waits for are dropped
	begin  time.Time
	stderr bytes.Buffer
}

func startPlayer(t *testing.T, dev *alsa.Device, play ipc.Play) *process {
	t.Helper()
	return startTask(t, dev.Env, ipc.ToPlayer{Play: &play})
}

// startTask starts a player process with env added to ours.
func startTask(t *testing.T, env []string, task ipc.ToPlayer) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0], playerRole), lines: make(chan ipc.FromPlayer, 1000), alive: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), env...), "GORACE=atexit_sleep_ms=0") // or the race detector waits a second at each exit
	p.cmd.Stderr = &p.stderr                                                     // not a file, so Wait also waits for the capture process
	p.in = must(p.cmd.StdinPipe())(t)
	out := must(p.cmd.StdoutPipe())(t)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.begin = time.Now()
	t.Cleanup(func() { // no effect if the process has ended
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		if t.Failed() {
			t.Logf("standard error:\n%s", p.stderr.String())
		}
	})
	go func() {
		defer close(p.lines)
		_ = ipc.ReadLines(out, func(l ipc.FromPlayer) {
			if l.Event != ipc.PlayerAlive {
				p.lines <- l
				return
			}
			select {
			case p.alive <- struct{}{}:
			default:
			}
		}, func(err error) { t.Errorf("on standard output: %v", err) })
	}()
	p.send(task)
	return p
}

func (p *process) send(l ipc.ToPlayer) {
	p.t.Helper()
	if err := ipc.NewWriter(p.in).Send(l); err != nil {
		p.t.Fatal(err)
	}
}

// expect returns the next line, which must be of that event.
func (p *process) expect(want string) ipc.FromPlayer {
	p.t.Helper()
	select {
	case l, ok := <-p.lines:
		if !ok || l.Event != want {
			p.t.Fatalf("got %+v, want %s", l, want)
		}
		p.t.Logf("%s %v after the start", l.Event, time.Since(p.begin).Round(time.Millisecond))
		return l
	case <-p.t.Context().Done():
		p.t.Fatal("the test was ended")
	}
	return ipc.FromPlayer{}
}

// waitFor skips lines until the one of that event.
func (p *process) waitFor(want string) ipc.FromPlayer {
	p.t.Helper()
	for l := range p.lines {
		if l.Event == want {
			return l
		}
	}
	p.t.Fatalf("ended without %s", want)
	return ipc.FromPlayer{}
}

// wait waits until the process has ended. It must not send any more lines.
func (p *process) wait(wantCode int) {
	p.t.Helper()
	begin := time.Now()
	for l := range p.lines {
		p.t.Errorf("also got %+v", l)
	}
	_ = p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != wantCode {
		p.t.Errorf("ended with %d, want %d", code, wantCode)
	}
	p.t.Logf("ended after %v", time.Since(begin).Round(time.Millisecond))
}

func recorder(t *testing.T) *alsa.Device {
	t.Helper()
	return must(alsa.NewRecorder(t.TempDir(), os.Args[0], captureRole))(t)
}

// recorded returns the only recording of a device.
func recorded(t *testing.T, dev *alsa.Device) alsa.Recording {
	t.Helper()
	recordings := must(dev.Wait(t.Context()))(t)
	if len(recordings) != 1 {
		t.Fatalf("%d recordings", len(recordings))
	}
	return recordings[0]
}

// withoutDropouts returns what was heard without the gaps of a busy machine: beep fills in
// zeros when its goroutine is late, and a source never plays any.
func withoutDropouts(t *testing.T, r alsa.Recording) []float64 {
	mono, dropped := r.WithoutDropouts()
	t.Logf("%d frames of digital silence", dropped)
	return mono
}

// must fails the test on an error: must(f())(t).
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
