//go:build linux

// Package jsonpipe connects the processes of the benchmark: a question is JSON on standard
// input, its answer is JSON on standard output.
package jsonpipe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"jumun/server/bench/procs"
)

// A Client talks to one process. It is not safe for concurrent use.
type Client struct {
	*procs.Process
	ctx context.Context
	out *json.Encoder
	in  *json.Decoder
}

// Open starts a program that calls Serve. The program is killed when ctx ends.
func Open(ctx context.Context, l *procs.Group, name, program string, args ...string) (*Client, error) {
	c := &Client{ctx: ctx}
	var failed error
	p, err := l.Start(name, func(cmd *exec.Cmd) {
		in, err := cmd.StdinPipe()
		out, err2 := cmd.StdoutPipe()
		c.out, c.in, failed = json.NewEncoder(in), json.NewDecoder(out), errors.Join(err, err2)
	}, program, args...)
	if err := errors.Join(failed, err); err != nil {
		return nil, err
	}
	c.Process = p
	context.AfterFunc(ctx, p.Kill)
	return c, nil
}

// Ask sends a question and waits for its answer.
func (c *Client) Ask(question, answer any) error {
	if err := c.Tell(question); err != nil {
		return err
	}
	return c.Answer(answer)
}

// Tell sends a question and does not wait. Answer returns its answer.
func (c *Client) Tell(question any) error { return c.explain(c.out.Encode(question)) }

// Answer waits for the answer to a question that Tell has sent.
func (c *Client) Answer(answer any) error {
	var whole reply[json.RawMessage]
	if err := c.explain(c.in.Decode(&whole)); err != nil {
		return err
	}
	if whole.Err != "" {
		return fmt.Errorf("%s: %s", c.Name, whole.Err)
	}
	return json.Unmarshal(whole.Answer, answer)
}

// explain returns err with its cause: why the process ended, or why ctx did.
func (c *Client) explain(err error) error {
	if err == nil {
		return nil
	}
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	select {
	case <-c.Done(): // most likely the process ends just now, and Ended returns why
	case <-time.After(time.Second):
	}
	return errors.Join(fmt.Errorf("%s does not answer: %w", c.Name, err), c.Ended())
}

type reply[T any] struct {
	Answer T
	Err    string `json:",omitempty"`
}

// Serve answers every question until in ends.
func Serve[Q, A any](in io.Reader, out io.Writer, answer func(Q) (A, error)) error {
	questions, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var q Q
		if err := questions.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var r reply[A]
		a, err := answer(q)
		if r.Answer = a; err != nil {
			r.Err = err.Error()
		}
		if err := answers.Encode(r); err != nil {
			return err
		}
	}
}
