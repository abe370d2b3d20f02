package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"jumun/desktop/instance"
	"jumun/desktop/pipe"
)

// answerWithin is how long a healthy agent could need at the worst: its loop never
// waits for anything but its disk.
const answerWithin = 10 * time.Second

// inWords is an error that people read as text.
type inWords struct {
	text  string
	cause error
}

func (e inWords) Error() string { return e.text }
func (e inWords) Unwrap() error { return e.cause }

// ask has the running agent do c, and prints what it answers. instance.ErrNotRunning is
// under the error if there is none.
func (p program) ask(ctx context.Context, c pipe.Command) error {
	dir, err := instance.Dir()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	reply, err := instance.Ask(ctx, dir, c)
	switch {
	case errors.Is(err, instance.ErrNotRunning):
		return inWords{p.words.Say("main.not-running"), err}
	case err != nil:
		return errors.New(p.words.Say("main.no-answer", "Cause", err))
	case reply.Error != "":
		return errors.New(reply.Error)
	case reply.Status == nil:
		return nil
	}
	print := json.NewEncoder(p.out)
	print.SetIndent("", "  ")
	return print.Encode(reply.Status)
}
