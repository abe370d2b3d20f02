// Package sseread reads streams of server-sent events from raw bytes at little cost: a frame
// that arrives whole is not copied. It accepts only line feeds as line ends, because all
// servers that are measured write those.
package sseread

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// maxUnread bounds the bytes that a stream may keep for the next read.
const maxUnread = 1 << 20

// ErrEnd means that the response has ended. The connection may still be open.
var ErrEnd = errors.New("the stream has ended")

var errTooLong = errors.New("a head, a chunk or a frame has more than 1 MiB")

// A Frame is a block of lines before a blank line: an event or comments. Its parts are valid
// until Feed returns.
type Frame struct{ ID, Event, Data []byte }

// A RefusedError is a response that begins no stream.
type RefusedError struct{ Status string } // the status line

func (e *RefusedError) Error() string { return "refused: " + e.Status }

// A Reader is the state of one stream. The zero value expects the head of a response.
type Reader struct {
	started bool // the head was read
	chunked bool
	raw     []byte // of the response, not complete yet
	text    []byte // of the body, not a whole frame yet
}

// Feed reads in, and calls each for every frame that is complete now.
func (r *Reader) Feed(in []byte, each func(Frame)) error {
	if len(r.raw) > 0 {
		r.raw = append(r.raw, in...)
		in = r.raw
	}
	if !r.started {
		rest, err := r.head(in)
		if err != nil {
			return err
		}
		in = rest
	}
	if r.started {
		rest, err := r.body(in, each)
		if err != nil {
			return err
		}
		in = rest
	}
	return keep(&r.raw, in)
}

// head reads the head if it is complete, and returns the bytes after it.
func (r *Reader) head(in []byte) ([]byte, error) {
	head, rest, found := bytes.Cut(in, []byte("\r\n\r\n"))
	if !found {
		return in, nil
	}
	status, fields, _ := bytes.Cut(head, []byte("\r\n"))
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) && !bytes.HasPrefix(status, []byte("HTTP/1.0 200 ")) {
		return nil, &RefusedError{Status: string(status)}
	}
	r.started, r.chunked = true, bytes.Contains(bytes.ToLower(fields), []byte("transfer-encoding: chunked"))
	return rest, nil
}

// body reads all that is complete, and returns the rest.
func (r *Reader) body(in []byte, each func(Frame)) ([]byte, error) {
	if !r.chunked {
		return nil, r.read(in, each)
	}
	for {
		chunk, rest, err := cutChunk(in)
		if err != nil || rest == nil {
			return in, err
		}
		if err := r.read(chunk, each); err != nil {
			return nil, err
		}
		in = rest
	}
}

// cutChunk cuts the first chunk from in (RFC 9112, section 7.1). Without a whole chunk, rest is nil.
func cutChunk(in []byte) (chunk, rest []byte, err error) {
	line, after, found := bytes.Cut(in, []byte("\r\n"))
	if !found {
		return nil, nil, nil
	}
	n, err := strconv.ParseUint(string(line), 16, 32)
	if err != nil || n > maxUnread {
		return nil, nil, fmt.Errorf("the size of a chunk is %.20q", line)
	}
	if n == 0 {
		return nil, nil, ErrEnd
	}
	if uint64(len(after)) < n+2 {
		return nil, nil, nil
	}
	return after[:n], after[n+2:], nil
}

func (r *Reader) read(in []byte, each func(Frame)) error {
	if len(r.text) > 0 {
		r.text = append(r.text, in...)
		in = r.text
	}
	for {
		frame, rest, found := bytes.Cut(in, []byte("\n\n"))
		if !found {
			return keep(&r.text, in)
		}
		each(parse(frame))
		in = rest
	}
}

// keep stores rest for later. rest may be a part of kept.
func keep(kept *[]byte, rest []byte) error {
	if len(rest) > maxUnread {
		return errTooLong
	}
	*kept = append((*kept)[:0], rest...)
	return nil
}

func parse(text []byte) (f Frame) {
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "id":
			f.ID = value
		case "event":
			f.Event = value
		case "data":
			f.Data = value
		}
		text = rest
	}
	return f
}
