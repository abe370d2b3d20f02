package netpoll

import (
	"golang.org/x/sys/unix"

	"jumun/server/internal/rawio"
)

// A backlog is what waits for a connection: Options.Room frames at most, and the last.
type backlog struct {
	frames [][]byte // of the first, what is left
	begun  bool     // a part of the first was written: the rest has to follow
	until  int64    // when the first, or with Finish all, has to be taken
}

// conclude leaves what is to be written before the last frame, and adds that.
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

func (b *backlog) late(now int64) bool { return b != nil && now >= b.until }

// put writes a frame, behind nothing, or has what is left of it wait.
func (c *Conn) put(frame []byte) {
	n, err := rawio.Write(int(c.fd), frame)
	if err != nil {
		c.shut(broken)
		return
	}
	if n == len(frame) {
		return
	}
	c.waiting = &backlog{frames: [][]byte{frame[n:]}, begun: n > 0, until: c.lot.now() + int64(c.lot.opts.WriteTimeout)}
	_ = c.watch(unix.EPOLL_CTL_MOD, unix.EPOLLOUT) // if it fails, until decides
	c.lot.schedule(c)
}

// flush writes what waits, as far as the kernel takes it.
func (c *Conn) flush() {
	b := c.waiting
	if b == nil {
		return
	}
	for len(b.frames) > 0 {
		n, err := rawio.Write(int(c.fd), b.frames[0])
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
		if c.state == parked { // each frame has so long
			b.until = c.lot.now() + int64(c.lot.opts.WriteTimeout)
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

// shut sends FIN and leaves the rest to the poller, which is woken by it: the owner hears
// of its connection's end from there alone.
func (c *Conn) shut(now state) {
	c.state, c.waiting = now, nil
	_ = unix.Shutdown(int(c.fd), unix.SHUT_RDWR) // fails if it is closed: the poller knows
}

// watch says what the poller is to hear of: that the peer goes, once; and more.
func (c *Conn) watch(op int, more uint32) error {
	return rawio.EpollCtl(c.lot.fd, op, int(c.fd), &unix.EpollEvent{
		Events: unix.EPOLLRDHUP | unix.EPOLLET | more, Fd: c.fd, Pad: int32(c.mark),
	})
}
