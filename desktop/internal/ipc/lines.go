// Package ipc defines the messages between the processes of jumun on one PC, as JSON lines.
//
//	ToPlayer, FromPlayer   agent → player process and back, over its standard input and output
//	ToUI, FromUI           agent → ui process and back, over its standard input and output
//	Command, Reply         a command such as "jumun status" → agent and back, over a socket
//
// The end of its input ends a child process. Both sides come from the same executable, except
// that a command may be of another version than the agent that answers it.
package ipc

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// AliveInterval is how often a child process says that it lives, if it has nothing else to say.
const AliveInterval = 2 * time.Second

// MaxLine is the longest line that is read, in bytes. A thousand waiting orders fit.
const MaxLine = 1 << 20

// ErrMalformed is wrapped by every error about a line that cannot be decoded.
var ErrMalformed = errors.New("malformed line")

// A Writer writes values as JSON lines, each with one Write. It is safe for concurrent use.
type Writer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewWriter returns a Writer that writes to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Send writes v as one line.
func (w *Writer) Send(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode line: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err = w.w.Write(append(line, '\n'))
	return err
}

// ReadLines calls handle with each line of r. It returns nil at the end of r, and an error if
// r fails or a line is longer than MaxLine. It calls malformed for a line that is not a T, and
// goes on: a library that prints to standard output must not end the conversation.
func ReadLines[T any](r io.Reader, handle func(T), malformed func(error)) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), MaxLine)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			malformed(fmt.Errorf("%.80q: %w", lines.Bytes(), ErrMalformed))
			continue
		}
		handle(v)
	}
	return lines.Err()
}
