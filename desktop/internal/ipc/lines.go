// Package ipc is what the agent says to its children and commands, and hears from
// them: JSON lines. Between parent and child they run over the child's standard input
// and output; between the agent and a command such as "jumun status", over a socket.
package ipc

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// MaxLine is the longest line accepted, in bytes: a thousand waiting orders fit.
const MaxLine = 1 << 20

// ErrMalformed is under every error about a line that cannot be understood.
var ErrMalformed = errors.New("malformed line")

// A Writer writes values as JSON lines, each with one Write.
// It may be used from several goroutines.
type Writer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewWriter returns a Writer on w.
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

// Lines calls handle with each line of r until r ends (nil), r fails, or a line is
// longer than MaxLine. A line that is not a T goes to malformed, and reading goes on:
// a library that prints to standard output must not cut us off.
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
