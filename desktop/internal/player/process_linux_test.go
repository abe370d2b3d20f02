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
	captureRole = "capture-sound" // first argument of the test binary as the end of ALSA's pipe
	ringRole    = "ring-process"  // the same, as the process under test
)

func TestMain(m *testing.M) {
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case captureRole:
		os.Exit(exitCode(alsa.Capture(os.Args[2:], os.Stdin)))
	case ringRole:
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

// testSounds are the sounds built into the process under test.
func testSounds(name string) ([]byte, bool) {
	switch name {
	case ipc.SoundOrder:
		return wavOf(chirp(rate/2), rate, 2), true
	case ipc.SoundTest:
		return []byte("not a sound"), true
	}
	return nil, false
}

// A process is the ring process as its agent sees it.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	said  chan ipc.FromRing
	begin time.Time
	notes bytes.Buffer // standard error
}

func startRing(t *testing.T, dev *alsa.Device, play ipc.Play) *process {
	t.Helper()
	return startTask(t, dev.Env, ipc.ToRing{Play: &play})
}

// startTask starts a ring process with env added to ours.
func startTask(t *testing.T, env []string, task ipc.ToRing) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0], ringRole), said: make(chan ipc.FromRing, 1000)}
	p.cmd.Env = append(append(os.Environ(), env...), "GORACE=atexit_sleep_ms=0") // a second at each exit
	p.cmd.Stderr = &p.notes                                                      // not a file: waiting for the process waits for the capture, too
	p.in = must(p.cmd.StdinPipe())(t)
	out := must(p.cmd.StdoutPipe())(t)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.begin = time.Now()
	t.Cleanup(func() { // nothing to do for a test that came to its end
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		if t.Failed() {
			t.Logf("standard error:\n%s", p.notes.String())
		}
	})
	go func() {
		defer close(p.said)
		_ = ipc.Lines(out, func(l ipc.FromRing) { p.said <- l }, func(err error) { t.Errorf("on standard output: %v", err) })
	}()
	p.tell(task)
	return p
}

func (p *process) tell(l ipc.ToRing) {
	p.t.Helper()
	if err := ipc.NewWriter(p.in).Send(l); err != nil {
		p.t.Fatal(err)
	}
}

// await returns the next line, which must be of an event.
func (p *process) await(want string) ipc.FromRing {
	p.t.Helper()
	select {
	case l, ok := <-p.said:
		if !ok || l.Event != want {
			p.t.Fatalf("heard %+v, want %s", l, want)
		}
		p.t.Logf("%s %v after the start", l.Event, time.Since(p.begin).Round(time.Millisecond))
		return l
	case <-p.t.Context().Done():
		p.t.Fatal("the test was ended")
	}
	return ipc.FromRing{}
}

// next passes over lines until the one of an event.
func (p *process) next(want string) ipc.FromRing {
	p.t.Helper()
	for l := range p.said {
		if l.Event == want {
			return l
		}
	}
	p.t.Fatalf("ended without %s", want)
	return ipc.FromRing{}
}

// end waits for the process, which must have no more to say.
func (p *process) end(wantCode int) {
	p.t.Helper()
	waiting := time.Now()
	for l := range p.said {
		p.t.Errorf("still said %+v", l)
	}
	_ = p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != wantCode {
		p.t.Errorf("ended with %d, want %d", code, wantCode)
	}
	p.t.Logf("ended after %v", time.Since(waiting).Round(time.Millisecond))
}

func recorder(t *testing.T) *alsa.Device {
	t.Helper()
	return must(alsa.Record(t.TempDir(), os.Args[0], captureRole))(t)
}

// heard is the one thing that was played into a device.
func heard(t *testing.T, dev *alsa.Device) alsa.Segment {
	t.Helper()
	segments := must(dev.Heard(t.Context()))(t)
	if len(segments) != 1 {
		t.Fatalf("%d openings", len(segments))
	}
	return segments[0]
}

// unbroken is what was heard, without what a busy machine breaks: beep fills in zeros when
// its goroutine comes late, and a tape never plays any.
func unbroken(t *testing.T, s alsa.Segment) []float64 {
	mono, dropped := s.Unbroken()
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
