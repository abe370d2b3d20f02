package update

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
)

// trialEnded is what a guard reads last, unless the process that watches a trial was killed.
const trialEnded = "ended"

// StandGuard is a process beside a trial, until words say that it has ended. If the process that watches the trial
// is killed, words end before: then the program on trial may hang, and nobody would notice until the next login.
// StandGuard ends all of it and calls again, which starts this program as its user would.
func StandGuard(ctx context.Context, words io.Reader, again func() error) error {
	onTrial := 0 // the process ID of the program on trial; 0: it has not started
	for lines := bufio.NewScanner(words); lines.Scan(); {
		if lines.Text() == trialEnded {
			return nil
		}
		onTrial, _ = strconv.Atoi(lines.Text()) // we have written it
	}
	if ctx.Err() != nil { // the session ends
		return nil
	}
	if onTrial > 0 {
		killTree(onTrial)
	}
	return again()
}

// A guard is StandGuard in a process of its own.
type guard struct {
	cmd   *exec.Cmd
	words io.WriteCloser
}

// startGuard starts a guard. Without one a trial is watched by this process alone.
func startGuard(cmd *exec.Cmd) (*guard, error) {
	words, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	_, release, err := startTree(cmd) // whoever kills the group of this process does not kill the guard
	if err != nil {
		return nil, err
	}
	release()
	return &guard{cmd, words}, nil
}

// say writes a word to the guard. One that was killed hears nothing.
func (g *guard) say(word any) {
	if g != nil {
		_, _ = fmt.Fprintln(g.words, word)
	}
}

// end ends the guard.
func (g *guard) end() {
	if g == nil {
		return
	}
	g.say(trialEnded)
	_ = g.words.Close()
	_ = g.cmd.Wait()
}
