//go:build linux

package receivers

import (
	"fmt"
	"net"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/bench/rawio"
	"jumun/server/bench/sseread"
)

// A device is one stream. Its fd is -1 while it has none.
type device struct {
	Device
	fd     int32
	asked  bool   // the request was sent
	live   bool   // it has all orders that it missed
	behind int    // orders that it must get before it is live
	next   int64  // the number of the next order
	last   []byte // the ID of the last event
	stream sseread.Reader
}

// dial begins to connect device i if it has no stream.
func (c *clients) dial(i int) error {
	d := &c.devices[i]
	if d.fd >= 0 {
		return nil
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	// Closing resets the connection: thousands of ports in TIME_WAIT would disturb the next run.
	if err := unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}); err != nil {
		return err
	}
	if err := unix.Connect(fd, c.address); err != nil && err != unix.EINPROGRESS {
		return fmt.Errorf("connect: %w", err)
	}
	d.fd, d.asked, d.live, d.stream = int32(fd), false, false, sseread.Reader{}
	c.waiting++
	return unix.EpollCtl(c.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{
		Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET&0xffffffff, Fd: int32(i)})
}

func (c *clients) ready(d *device, events uint32) {
	if d.fd < 0 {
		return
	}
	if !d.asked {
		if err := c.request(d); err != nil {
			c.closed(d, err.Error())
			return
		}
	}
	const incoming = unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLHUP | unix.EPOLLERR
	for events&incoming != 0 && d.fd >= 0 {
		n, err := rawio.Read(int(d.fd), c.buffer[:])
		switch {
		case err == unix.EAGAIN:
			return
		case err != nil:
			c.closed(d, err.Error())
		case n == 0:
			c.closed(d, "the stream ended")
		default:
			c.readStream(d, c.buffer[:n])
		}
		if n < len(c.buffer) && events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) == 0 {
			return // that was all (epoll(7), on a short read)
		}
	}
}

// request sends the request for the stream, if the connection is open.
func (c *clients) request(d *device) error {
	if errno, err := unix.GetsockoptInt(int(d.fd), unix.SOL_SOCKET, unix.SO_ERROR); err != nil || errno != 0 {
		return fmt.Errorf("connect: %w", unix.Errno(errno))
	}
	text := append(c.buffer[:0], d.Request...)
	if len(d.last) > 0 {
		text = append(append(append(text, "Last-Event-ID: "...), d.last...), "\r\n"...)
	}
	text = append(text, "\r\n"...)
	if n, err := rawio.Write(int(d.fd), text); err != nil || n < len(text) {
		return fmt.Errorf("the request could not be sent whole: %w", err)
	}
	d.asked = true
	return nil
}

func (c *clients) readStream(d *device, text []byte) {
	c.current, c.now = d, time.Now()
	c.last = c.now
	if err := d.stream.Feed(text, c.frame); err != nil {
		c.closed(d, err.Error())
	}
}

// maxWhys is how many different reasons are kept; further ones are dropped.
const maxWhys = 10

// closed closes a stream that has ended, and notes the reason.
func (c *clients) closed(d *device, why string) {
	if d.fd < 0 {
		return
	}
	_ = unix.Close(int(d.fd))
	d.fd, c.last = -1, time.Now()
	c.answer.Gone++
	if c.answer.Why == nil {
		c.answer.Why = map[string]int{}
	}
	if _, known := c.answer.Why[why]; known || len(c.answer.Why) < maxWhys {
		c.answer.Why[why]++
	}
	if d.live {
		c.live--
	} else {
		c.waiting--
	}
	d.live = false
}

// read handles one frame of the current device.
func (c *clients) read(f sseread.Frame) {
	d := c.current
	if len(f.ID) > 0 {
		d.last = append(d.last[:0], f.ID...)
	}
	switch string(f.Event) {
	case "gap":
		c.answer.Gaps++
	case "bye":
		c.closed(d, byeOf(f.Data))
		return
	}
	if o, ok := sseread.OrderIn(f.Data); ok {
		c.countOrder(d, o)
		d.behind--
	}
	if !d.live && d.behind <= 0 {
		d.live = true
		c.waiting--
		c.live++
		c.answer.Live = c.now.Sub(c.started)
		c.toLive = append(c.toLive, c.answer.Live)
	}
}

// byeOf returns why a server ended a stream, without the device's own retry time.
func byeOf(data []byte) string {
	why, _, _ := strings.Cut(string(data), `,"retryMs"`)
	return "bye " + why
}

func (c *clients) countOrder(d *device, o sseread.Order) {
	fresh := o.Seq >= d.next
	if fresh {
		d.next = o.Seq + 1
		c.counter.Arrived.Add(1)
	}
	c.groups[d.Group].add(fresh, o, c.now)
}

func sockaddr(address string) (unix.Sockaddr, error) {
	at, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return nil, err
	}
	return &unix.SockaddrInet4{Port: at.Port, Addr: [4]byte(at.IP.To4())}, nil
}
