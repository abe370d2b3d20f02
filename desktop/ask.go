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

// ask has the running agent do c, and prints what it answers.
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
		return errors.New(p.words.Say("main.not-running"))
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
