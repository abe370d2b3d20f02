//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// answerLimit is how long Redis may take: a page of a log takes milliseconds, and a
	// Redis that is being restarted is asked again.
	answerLimit = 5 * time.Second
	// The largest reply that is accepted: ours is a page of a log.
	maxBulk  = 8 << 20
	maxArray = 1 << 20
	maxDepth = 8
)

// A refusal is an error that Redis answered.
type refusal string

func (r refusal) Error() string { return "Redis refused: " + string(r) }

var errReply = errors.New("not a reply of Redis")

// A caller sends commands to Redis, one at a time, and connects when it must. It is safe for
// concurrent use. These tests must not trust the library that is under test, so it speaks the
// protocol itself: https://redis.io/docs/latest/develop/reference/protocol-spec/, version 2.
type caller struct {
	addr string

	mu   sync.Mutex
	conn net.Conn // nil: not connected
	in   *bufio.Reader
}

// do returns the reply: a string, an int64, a []any of those, or nil.
// After an error other than a refusal it is unknown whether Redis ran the command.
func (c *caller) do(ctx context.Context, args ...string) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reply, err := c.call(ctx, args)
	var refused refusal
	if err != nil && !errors.As(err, &refused) {
		c.hangUp()
	}
	return reply, err
}

func (c *caller) call(ctx context.Context, args []string) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.conn == nil {
		conn, err := (&net.Dialer{Timeout: answerLimit}).DialContext(ctx, "tcp", c.addr)
		if err != nil {
			return nil, err
		}
		c.conn, c.in = conn, bufio.NewReader(conn)
	}
	_ = c.conn.SetDeadline(time.Now().Add(answerLimit)) // the write would fail as well
	if _, err := io.WriteString(c.conn, command(args)); err != nil {
		return nil, err
	}
	return readReply(c.in, maxDepth)
}

func (c *caller) hangUp() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

func (c *caller) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hangUp()
}

func command(args []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	return b.String()
}

// readReply reads one reply, with arrays in arrays at most depth deep.
func readReply(in *bufio.Reader, depth int) (any, error) {
	line, err := in.ReadSlice('\n') // at most the buffer's 4 KB
	if err != nil {
		return nil, err
	}
	text, ok := strings.CutSuffix(string(line), "\r\n")
	if !ok || text == "" {
		return nil, errReply
	}
	switch kind, rest := text[0], text[1:]; kind {
	case '+':
		return rest, nil
	case '-':
		return nil, refusal(rest)
	case ':':
		n, err := strconv.ParseInt(rest, 10, 64)
		if err != nil {
			return nil, errReply
		}
		return n, nil
	case '$':
		return readBulk(in, rest)
	case '*':
		return readArray(in, rest, depth)
	}
	return nil, errReply
}

func readBulk(in *bufio.Reader, size string) (any, error) {
	n, err := strconv.Atoi(size)
	if n == -1 && err == nil {
		return nil, nil
	}
	if err != nil || n < 0 || n > maxBulk {
		return nil, errReply
	}
	var body strings.Builder // grows with the bytes that come, not with the announced size
	if _, err := io.CopyN(&body, in, int64(n)+2); err != nil {
		return nil, err
	}
	text, ok := strings.CutSuffix(body.String(), "\r\n")
	if !ok {
		return nil, errReply
	}
	return text, nil
}

func readArray(in *bufio.Reader, size string, depth int) (any, error) {
	n, err := strconv.Atoi(size)
	if n == -1 && err == nil {
		return nil, nil
	}
	if err != nil || n < 0 || n > maxArray || depth == 0 {
		return nil, errReply
	}
	list := []any{}
	for range n {
		item, err := readReply(in, depth-1)
		var refused refusal
		if errors.As(err, &refused) { // one of several, such as in a transaction
			item, err = refused, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}
