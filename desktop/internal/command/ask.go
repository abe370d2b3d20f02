package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
)

// answerWithin is how long a healthy agent could need at the worst: its loop never
// waits for anything but its disk.
const answerWithin = 10 * time.Second

// testWithin is how long a test alarm may take: it waits for the server, a sound device
// and the window, each with a patience of its own.
const testWithin = time.Minute

// inWords is an error that people read as text.
type inWords struct {
	text  string
	cause error
}

func (e inWords) Error() string { return e.text }
func (e inWords) Unwrap() error { return e.cause }

// ask has the running agent do c, and prints what it answers. instance.ErrNotRunning is
// under the error if there is none.
func (p program) ask(ctx context.Context, c ipc.Command) error {
	reply, err := p.reply(ctx, c, answerWithin)
	if err != nil || reply.Status == nil {
		return err
	}
	print := json.NewEncoder(p.out)
	print.SetIndent("", "  ")
	return print.Encode(reply.Status)
}

// reply is what the running agent answers to c. That it was not done is an error.
func (p program) reply(ctx context.Context, c ipc.Command, within time.Duration) (ipc.Reply, error) {
	dir, err := instance.Dir()
	if err != nil {
		return ipc.Reply{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	reply, err := instance.Ask(ctx, dir, c)
	switch {
	case errors.Is(err, instance.ErrNotRunning):
		return reply, inWords{p.words.Say("main.not-running"), err}
	case err != nil:
		return reply, errors.New(p.words.Say("main.no-answer", "Cause", err))
	case reply.Error != "":
		return reply, errors.New(reply.Error)
	}
	return reply, nil
}

// test sounds a test alarm and prints how each part of its way does. A part that does not
// do well is an error.
func (p program) test(ctx context.Context) error {
	reply, err := p.reply(ctx, ipc.Command{Do: ipc.DoTest}, testWithin)
	if err != nil || reply.Report == nil { // an agent from before an update sounds it and says nothing
		return err
	}
	for _, s := range reply.Report.Steps {
		fmt.Fprintln(p.out, p.step(s))
	}
	if !good(*reply.Report) {
		return errors.New(p.words.Say("main.test-bad"))
	}
	return nil
}

// good reports whether every step was done, and well. One that is open was never done.
func good(r ipc.Report) bool {
	return !slices.ContainsFunc(r.Steps, func(s ipc.Step) bool { return s.State != ipc.StepGood })
}

// step is a step as one line.
func (p program) step(s ipc.Step) string {
	mark := "✗"
	if s.State == ipc.StepGood {
		mark = "✓"
	}
	return strings.TrimSpace(mark + " " + p.words.Say("step."+s.Name) + "  " + s.Detail)
}
