package update

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"time"

	"jumun/desktop/internal/wait"
	"jumun/shared/order"
	"jumun/shared/release"
)

// A Health is what an agent says of itself.
type Health struct {
	Version   string
	PID       int
	Connected bool
	Detail    string // why it is not connected, for people
	Sound     string // why it cannot be heard; "": it can, as far as it knows
	Window    string // why it can show nothing; "" as above
}

// able is what a program can do.
type able struct {
	Sound  bool `json:"sound"`  // a sound can be heard
	Window bool `json:"window"` // a window can be shown
}

// misses returns why a program can do less than is; "" if it does not.
func (is able) misses(h Health) string {
	switch {
	case is.Sound && h.Sound != "":
		return "it cannot be heard: " + h.Sound
	case is.Window && h.Window != "":
		return "it shows no window: " + h.Window
	}
	return ""
}

// A Trial runs another program in place of this one.
type Trial struct {
	Installation
	// Command returns what starts all of jumun from a file.
	Command func(path string) *exec.Cmd
	// Guard returns what starts a process of this program that calls StandGuard.
	Guard func() *exec.Cmd
	// Stopped is the exit status of a program that was asked to end. Whoever kills one may give it any other, 0 too.
	Stopped int
	// Ask asks the agent that runs now. It fails if none answers soon.
	Ask func(context.Context) (Health, error)
	Log *slog.Logger
}

// HandOver starts the program that is to run, and watches it. It returns true once that one is healthy and goes on by
// itself, or was ended by a person: the caller must end. It returns false if there is none, or if it was stopped
// because it is not healthy.
func (t Trial) HandOver(ctx context.Context) bool {
	path, version := t.program, t.version
	s := loadState(t.statePath)
	if !t.isNext {
		if s.Staged == nil {
			return false
		}
		path, version = t.next, s.Staged.Version
		if err := t.verifyNext(*s.Staged); err != nil { // nothing of it has run
			t.Log.Error("the next program is not as it was downloaded; it is downloaded again", "version", version, "err", err)
			return false
		}
	}
	// Noted before, so that the try counts though this program is killed, or the power fails.
	if err := t.noteTry(s); err != nil {
		t.Log.Error("no other program is tried: that it was tried could not be stored", "version", version, "err", err)
		return false
	}
	t.Log.Info("another program takes over, if it is healthy", "version", version, "file", path)
	err := t.run(ctx, path, version, s.Able)
	if err == nil || ctx.Err() != nil {
		if err := t.forgetTry(s); err != nil {
			t.Log.Error("it stays noted that the other program failed, though it did not", "err", err)
		}
		return true
	}
	t.Log.Error("the other program is not healthy: it was stopped, and this one goes on", "version", version, "err", err)
	if err := t.noteFailure(s, err); err != nil {
		t.Log.Error("why the other program failed was not stored", "err", err)
	}
	return false
}

// noteTry stores that another program is tried, after what before says. One of the same version as this one is not to
// blame if it fails.
func (t Trial) noteTry(before state) error {
	s := before
	if t.isNext {
		s.RetryAt = time.Now().Add(retryAfter)
	} else {
		s.try(time.Now())
	}
	return s.save(t.statePath)
}

// forgetTry stores that the other program did not fail. It may have stored more meanwhile.
func (t Trial) forgetTry(before state) error {
	s := loadState(t.statePath)
	s.Failed, s.RetryAt = before.Failed, before.RetryAt
	return s.save(t.statePath)
}

// noteFailure stores why the other program failed, in place of noteTry. That one may have read a newer list meanwhile.
func (t Trial) noteFailure(before state, why error) error {
	s := before
	s.Serial = max(s.Serial, loadState(t.statePath).Serial)
	if t.isNext {
		s.RetryAt = time.Now().Add(retryAfter)
	} else {
		s.fail(order.Line(why.Error(), order.MaxName), time.Now())
	}
	return s.save(t.statePath)
}

// run starts a program, and returns nil once it is healthy, or was asked to end. After an error nothing of it runs.
func (t Trial) run(ctx context.Context, path, version string, old able) error {
	guard, err := startGuard(t.Guard())
	if err != nil {
		t.Log.Error("nobody notices if this process is killed while another program hangs", "err", err)
	}
	defer guard.end()
	cmd := t.Command(path)
	kill, release, err := startTree(cmd)
	if err != nil {
		return err
	}
	guard.say(cmd.Process.Pid)
	ended := make(chan error, 1)
	go func() {
		ended <- cmd.Wait()
		close(ended)
	}()
	err = t.watch(ctx, version, old, ended)
	if err == nil {
		release()
		return nil
	}
	kill()
	select {
	case <-ended:
	case <-time.After(endTimeout): // it waits in a driver
	}
	return err
}

// endTimeout is how long a program may take to end after it was killed.
const endTimeout = 5 * time.Second

// noPID is the PID of no agent.
const noPID = -1

// watch returns nil once the program that runs now is healthy, and can do what the old one could, or has ended as it
// was asked to. A sound device may be busy for a moment: it is tried again.
func (t Trial) watch(ctx context.Context, version string, old able, ended <-chan error) error {
	began := time.Now()
	var steady time.Time
	pid, answered, why := noPID, false, errors.New("it does not answer")
	for time.Since(began) < TrialLimit {
		select {
		case err := <-ended:
			return t.endError(err)
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		h, err := t.Ask(ctx)
		now := time.Now()
		switch {
		case err != nil && !answered && now.Sub(began) > answerWithin:
			return fmt.Errorf("it does not answer within %v (%w)", answerWithin, err)
		case err != nil:
			pid, why = noPID, fmt.Errorf("it does not answer (%w)", err)
		case release.Compare(h.Version, version) != 0:
			return fmt.Errorf("it says that it is version %s", h.Version)
		case !h.Connected:
			answered, pid, why = true, noPID, errors.New("it is not connected: "+cmp.Or(h.Detail, "it does not say why"))
		case old.misses(h) != "":
			answered, pid, why = true, noPID, errors.New(old.misses(h))
		case h.PID != pid:
			answered, pid, steady, why = true, h.PID, now, errors.New("its agent starts again and again")
		case now.Sub(steady) >= steadyFor:
			return nil
		}
		wait.For(ctx, min(time.Second, steadyFor/2))
	}
	return why
}

// endError returns why the end of a program is a failure; nil if a person has ended it.
func (t Trial) endError(err error) error {
	var status *exec.ExitError
	switch {
	case err == nil:
		return errors.New("it ended with status 0, though nobody asked for its end")
	case !errors.As(err, &status):
		return err
	case status.ExitCode() == t.Stopped:
		return nil
	}
	return fmt.Errorf("it ended: %v", status.ProcessState)
}
