//go:build linux

// Package baseline is a bare loop: the least that a server of this kind must do, and so the least that it can
// cost. It has one thread, one epoll, bare sockets, and no use of Go's scheduler. It reads a topic of Redis and
// writes every order to the streams of the order's mart. It asks for no token and keeps no promise: it has no
// log and no replay, it does not drop repeats, and its streams have no heartbeat and no end.
package baseline

import (
	"bytes"
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"

	"jumun/server/bench/rawio"
	"jumun/server/bench/rawwait"
	"jumun/server/bench/resp"
)

// head begins every stream, whose first line is a comment. Without a length the
// body ends with the connection (RFC 9112, section 6.3).
var head = []byte("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n:\n\n")

// The most events of one wait, and the memory for one read.
const (
	maxEvents = 256
	maxRead   = 64 << 10
)

type server struct {
	epoll, listener, redis int
	marts                  map[string][]int32 // the descriptors of each mart's streams
	martOf                 []string           // by descriptor; empty: no request has come yet
	said                   []byte             // what Redis has sent and is not a whole answer yet
	frame                  []byte             // the last frame that was written
	buffer                 [maxRead]byte
}

// Serve serves on listen, and reads topic of the Redis at redis. Both addresses are
// host:port. Serve returns only when something fails.
func Serve(listen, redis, topic string) error {
	runtime.LockOSThread()
	runtime.GOMAXPROCS(1)
	s := &server{marts: map[string][]int32{}}
	if err := s.open(listen, redis, topic); err != nil {
		return err
	}
	var events [maxEvents]unix.EpollEvent
	for {
		n, err := rawwait.Epoll(s.epoll, events[:], -1)
		if err != nil {
			return fmt.Errorf("epoll: %w", err)
		}
		for _, e := range events[:n] {
			if err := s.ready(int(e.Fd)); err != nil {
				return err
			}
		}
	}
}

func (s *server) open(listen, redis, topic string) (err error) {
	if s.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if s.redis, err = dial(redis); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	if _, err := unix.Write(s.redis, resp.Append(nil, "SUBSCRIBE", topic)); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	if s.listener, err = listener(listen); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	for _, fd := range []int{s.redis, s.listener} {
		if err := s.watch(fd); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) watch(fd int) error {
	if err := unix.SetNonblock(fd, true); err != nil {
		return err
	}
	return s.add(fd)
}

func (s *server) add(fd int) error {
	return unix.EpollCtl(s.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (s *server) ready(fd int) error {
	switch fd {
	case s.listener:
		return s.accept()
	case s.redis:
		return s.hear()
	}
	s.request(fd)
	return nil
}

// accept accepts all connections that wait.
func (s *server) accept() error {
	for {
		fd, _, err := rawio.Accept(s.listener)
		switch err {
		case nil:
			if err := s.add(fd); err != nil {
				return err
			}
		case unix.EAGAIN:
			return nil
		case unix.EINTR, unix.ECONNABORTED:
		default:
			return fmt.Errorf("accept: %w", err)
		}
	}
}

// request reads a request, which must come in one piece, and begins the stream. Anything
// that a client sends on a stream ends the stream, as a closed connection does.
func (s *server) request(fd int) {
	n, err := rawio.Read(fd, s.buffer[:])
	if err == unix.EAGAIN {
		return
	}
	mart := martIn(s.buffer[:max(n, 0)])
	if mart == nil || s.of(fd) != "" {
		s.close(fd)
		return
	}
	if _, err := rawio.Write(fd, head); err != nil {
		s.close(fd)
		return
	}
	s.hold(fd, string(mart))
}

func (s *server) of(fd int) string {
	if fd < len(s.martOf) {
		return s.martOf[fd]
	}
	return ""
}

func (s *server) hold(fd int, mart string) {
	for fd >= len(s.martOf) {
		s.martOf = append(s.martOf, "")
	}
	s.martOf[fd] = mart
	s.marts[mart] = append(s.marts[mart], int32(fd))
}

// close closes fd, and forgets its stream if it has one.
func (s *server) close(fd int) {
	if mart := s.of(fd); mart != "" {
		s.martOf[fd] = ""
		s.marts[mart] = without(s.marts[mart], int32(fd))
	}
	_ = unix.Close(fd)
}

func without(all []int32, fd int32) []int32 {
	for i, one := range all {
		if one == fd {
			all[i] = all[len(all)-1]
			return all[:len(all)-1]
		}
	}
	return all
}

// martIn returns the mart in "GET /v1/marts/42/events HTTP/1.1", or nil if the line is not complete.
func martIn(request []byte) []byte {
	if !bytes.HasSuffix(request, []byte("\r\n\r\n")) {
		return nil
	}
	rest, ours := bytes.CutPrefix(request, []byte("GET /v1/marts/"))
	mart, _, found := bytes.Cut(rest, []byte("/events "))
	if !ours || !found || len(mart) == 0 {
		return nil
	}
	return mart
}
