package netpoll

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// A backlog is what waits for a connection: Options.Queue frames at most, and the last one.
type backlog struct {
	frames [][]byte // the first is what is left of it
	begun  bool     // a part of the first was written: the rest must follow
	until  int64    // when the first, or all that Finish writes, must be taken
}

// conclude drops what is not to be written before the last frame, and appends that.
func (b *backlog) conclude(keep bool, last []byte) {
	switch {
	case keep:
	case b.begun:
		b.frames = b.frames[:1]
	default:
		b.frames = b.frames[:0]
	}
	b.frames = append(b.frames, last)
}

// isLate reports whether the kernel took too long. A nil backlog is not late.
func (b *backlog) isLate(now int64) bool { return b != nil && now >= b.until }

// put writes a frame when nothing waits. What the kernel does not take waits.
func (c *Conn) put(frame []byte) {
	n, err := write(int(c.fd), frame)
	if err != nil {
		c.shut(broken)
		return
	}
	if n == len(frame) {
		return
	}
	c.waiting = &backlog{frames: [][]byte{frame[n:]}, begun: n > 0, until: c.poller.now() + int64(c.poller.opts.WriteTimeout)}
	_ = c.watch(unix.EPOLL_CTL_MOD, unix.EPOLLOUT) // if it fails, the time decides
}

// flush writes what waits, as far as the kernel takes it.
func (c *Conn) flush() {
	b := c.waiting
	if b == nil {
		return
	}
	for len(b.frames) > 0 {
		n, err := write(int(c.fd), b.frames[0])
		if err != nil {
			c.shut(broken)
			return
		}
		if n < len(b.frames[0]) {
			b.frames[0], b.begun = b.frames[0][n:], b.begun || n > 0
			return
		}
		b.frames[0], b.begun = nil, false
		b.frames = b.frames[1:]
		if c.state == parked { // each frame has WriteTimeout for itself
			b.until = c.poller.now() + int64(c.poller.opts.WriteTimeout)
		}
	}
	c.waiting = nil
	_ = c.watch(unix.EPOLL_CTL_MOD, 0) // if it fails, some events come for nothing
}

// finish ends a connection that has nothing left to write.
func (c *Conn) finish() {
	if c.state == finishing && c.waiting == nil {
		c.shut(written)
	}
}

// shut sends FIN. That wakes the poll goroutine, which closes the connection: the handler is
// told by that goroutine alone.
func (c *Conn) shut(now state) {
	c.state, c.waiting = now, nil
	_ = unix.Shutdown(int(c.fd), unix.SHUT_RDWR) // it fails if the peer has closed, of which the kernel tells anyway
}

// watch sets the events that the kernel tells: that the peer leaves, and more.
func (c *Conn) watch(op int, more uint32) error {
	return unix.EpollCtl(c.poller.fd, op, int(c.fd), &unix.EpollEvent{
		Events: unix.EPOLLRDHUP | unix.EPOLLET | more, Fd: c.fd, Pad: int32(c.number),
	})
}

// write writes what the kernel takes of p, which may be nothing. The descriptor never blocks, so
// Go's scheduler need not be told of the call: on a quiet server, telling it wakes a thread that
// watches over system calls.
func write(fd int, p []byte) (int, error) {
	for {
		n, _, err := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		switch err {
		case 0:
			return int(n), nil
		case unix.EAGAIN:
			return 0, nil
		case unix.EINTR:
		default:
			return 0, err
		}
	}
}

// discard reads what the peer has sent, up to 16 KB: close(2) would answer it with a reset, and
// a reset overtakes what was written last.
func discard(fd int) {
	var scrap [1024]byte
	for range 16 {
		if n, _ := unix.Read(fd, scrap[:]); n < len(scrap) {
			return
		}
	}
}
