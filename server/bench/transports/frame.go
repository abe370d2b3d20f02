//go:build linux

package main

import (
	"bufio"
	"bytes"
	"errors"
)

// An event is one event of a stream (HTML standard, section 9.2.6).
type event struct {
	name, id, data string
}

var errLongLine = errors.New("a line of the stream is longer than any that jumun writes")

// readEvent reads the next event with data, and skips heartbeats. A line that is longer
// than in's buffer is an error: ours have a few hundred bytes.
func readEvent(in *bufio.Reader) (event, error) {
	var e event
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return event{}, errLongLine
		}
		if err != nil {
			return event{}, err // without a blank line after it, it is no event
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) > 0 {
			e.set(line)
			continue
		}
		if e.data != "" {
			return e, nil
		}
		e = event{}
	}
}

// set reads one line. jumun does not write data of several lines: the last one counts.
func (e *event) set(line []byte) {
	field, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(field) {
	case "event":
		e.name = string(value)
	case "id":
		e.id = string(value)
	case "data":
		e.data = string(value)
	}
}
