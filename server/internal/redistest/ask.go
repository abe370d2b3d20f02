package redistest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// patience is how long a step may take that usually takes a second or two.
const patience = 30 * time.Second

// Ask has r do a command and returns its answer, the parts of a list one a line. The
// test ends if there is none, or if it is an error.
func (r *Redis) Ask(command ...string) string {
	r.t.Helper()
	answer, err := r.ask(command...)
	if err != nil {
		r.t.Fatalf("%s: %v", strings.Join(command, " "), err)
	}
	return answer
}

func (r *Redis) ask(command ...string) (string, error) {
	c, err := net.DialTimeout("tcp", r.Addr(), time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	request := fmt.Sprintf("*%d\r\n", len(command))
	for _, part := range command {
		request += fmt.Sprintf("$%d\r\n%s\r\n", len(part), part)
	}
	if _, err := io.WriteString(c, request); err != nil {
		return "", err
	}
	return answer(bufio.NewReader(c))
}

// answer reads one answer: https://redis.io/docs/latest/develop/reference/protocol-spec/
func answer(from *bufio.Reader) (string, error) {
	line, err := from.ReadString('\n')
	line = strings.TrimSuffix(line, "\r\n")
	if err != nil || line == "" {
		return "", fmt.Errorf("no answer: %w", err)
	}
	switch rest := line[1:]; line[0] {
	case '-':
		return "", fmt.Errorf("redis-server says: %s", rest)
	case '$':
		return text(from, rest)
	case '*':
		return list(from, rest)
	default:
		return rest, nil
	}
}

// maxText is longer than anything that a test asks for.
const maxText = 64 << 20

func text(from io.Reader, size string) (string, error) {
	n, err := strconv.Atoi(size)
	if err != nil || n < 0 || n > maxText {
		return "", err
	}
	body := make([]byte, n+len("\r\n"))
	_, err = io.ReadFull(from, body)
	return string(body[:n]), err
}

func list(from *bufio.Reader, size string) (string, error) {
	n, err := strconv.Atoi(size)
	var parts []string
	for range n {
		part, failed := answer(from)
		if failed != nil {
			return "", failed
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n"), err
}

// until waits until what is asked is so.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("still not so after %v: %s", patience, what)
		}
	}
}

// says is whether r answers with all of words.
func (r *Redis) says(command string, words ...string) bool {
	answer, err := r.ask(strings.Fields(command)...)
	for _, w := range words {
		if !strings.Contains(answer, w) {
			return false
		}
	}
	return err == nil
}
