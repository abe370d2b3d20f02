//go:build linux

package baseline

import (
	"bytes"
	"fmt"

	"golang.org/x/sys/unix"

	"jumun/server/bench/rawio"
	"jumun/server/bench/resp"
)

// hear reads what Redis sends.
func (s *server) hear() error {
	n, err := rawio.Read(s.redis, s.buffer[:])
	if err == unix.EAGAIN {
		return nil
	}
	if err != nil || n == 0 {
		return fmt.Errorf("redis has gone: %v", err)
	}
	s.said = append(s.said, s.buffer[:n]...)
	rest := s.said
	for {
		payload, size, err := resp.Next(rest)
		if err != nil {
			return err
		}
		if size == 0 {
			s.said = append(s.said[:0], rest...)
			return nil
		}
		s.deliver(payload)
		rest = rest[size:]
	}
}

// deliver writes one frame to each stream of the order's mart. A stream that cannot take
// the frame is closed, which changes the end of the list: deliver goes from the end.
func (s *server) deliver(payload []byte) {
	_, rest, _ := bytes.Cut(payload, []byte(`"martId":"`))
	mart, _, found := bytes.Cut(rest, []byte(`"`))
	if !found {
		return
	}
	s.frame = append(append(append(s.frame[:0], "event: order\ndata: "...), payload...), "\n\n"...)
	fds := s.marts[string(mart)]
	for i := len(fds) - 1; i >= 0; i-- {
		if n, err := rawio.Write(int(fds[i]), s.frame); err != nil || n < len(s.frame) {
			s.close(int(fds[i]))
		}
	}
}
