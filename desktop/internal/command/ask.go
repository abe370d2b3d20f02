package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
)

const (
	// answerTimeout is how long a healthy agent may need at worst: its loop waits only for
	// the disk.
	answerTimeout = 10 * time.Second
	// testTimeout is how long a test alarm may take: it waits for the server, the sound
	// device and the window, each with a timeout of its own.
	testTimeout = time.Minute
)

// A textError has a text for people in place of the text of its cause.
type textError struct {
	text  string
	cause error
}

func (e textError) Error() string { return e.text }
func (e textError) Unwrap() error { return e.cause }

// explain translates err if it is one that a person can repair, and else returns err itself.
func (p program) explain(err error) error {
	var setup *instance.SetupError
	if errors.As(err, &setup) {
		return textError{p.translator.Text(setup.ID, "Path", setup.Path, "Cause", setup.Err), err}
	}
	return err
}

// ask sends c to the running agent and prints its answer. If no agent is running, the error
// wraps instance.ErrNotRunning.
func (p program) ask(ctx context.Context, c ipc.Command) error {
	reply, err := p.reply(ctx, c, answerTimeout)
	if err != nil || reply.Status == nil {
		return err
	}
	print := json.NewEncoder(p.out)
	print.SetIndent("", "  ")
	return print.Encode(reply.Status)
}

// reply sends c to the running agent and returns its answer. An answer that it was not done
// is an error.
func (p program) reply(ctx context.Context, c ipc.Command, timeout time.Duration) (ipc.Reply, error) {
	at, err := p.place()
	if err != nil {
		return ipc.Reply{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	reply, err := instance.Ask(ctx, at, c)
	switch {
	case errors.Is(err, instance.ErrNotRunning):
		return reply, textError{p.translator.Text("main.not-running"), err}
	case err != nil:
		return reply, textError{p.translator.Text("main.no-answer", "Cause", err), err}
	case reply.Error != "":
		return reply, errors.New(reply.Error)
	}
	return reply, nil
}

// place returns where this user's agent is.
func (p program) place() (instance.Place, error) {
	file, err := p.settingsPath()
	if err != nil {
		return instance.Place{}, err
	}
	at, err := instance.Find(filepath.Dir(file))
	return at, p.explain(err)
}

// test makes the running agent sound a test alarm, and prints the result of each step. A
// step that failed is an error.
func (p program) test(ctx context.Context) error {
	reply, err := p.reply(ctx, ipc.Command{Do: ipc.DoTest}, testTimeout)
	if err != nil || reply.Report == nil { // an agent of an older version sounds the alarm without a report
		return err
	}
	for _, s := range reply.Report.Steps {
		fmt.Fprintln(p.out, p.stepLine(s))
	}
	if !allGood(*reply.Report) {
		return errors.New(p.translator.Text("main.test-bad"))
	}
	return nil
}

// allGood reports whether all steps succeeded. A step that is still open did not.
func allGood(r ipc.TestReport) bool {
	return !slices.ContainsFunc(r.Steps, func(s ipc.TestStep) bool { return s.State != ipc.StepGood })
}

// stepLine returns the result of a step as one line.
func (p program) stepLine(s ipc.TestStep) string {
	mark := "✗"
	if s.State == ipc.StepGood {
		mark = "✓"
	}
	return strings.TrimSpace(mark + " " + p.translator.Text("step."+s.Name) + "  " + s.Detail)
}
