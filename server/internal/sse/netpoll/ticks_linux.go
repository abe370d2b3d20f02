package netpoll

import (
	"context"
	"time"
)

// minTicksPerBeat is how many ticks a heartbeat period has, unless it is so long that ticks would
// be longer than maxTick. In each tick a 16th of the connections
// carry their heartbeat, so that those that came together are not written to together. It is
// small enough that an idle poller wakes about once a second, since a wake-up costs as much as
// ten heartbeats; and large enough that nobody minds what is late by a tick.
const minTicksPerBeat = 16

// maxTick bounds how late anything is that is due.
const maxTick = 2 * time.Second

const (
	// visitsAtOnce is how many connections are looked up under the poller's lock at a time.
	visitsAtOnce = 256
	// beatsAtOnce is how many heartbeats are written in a row while frames are being sent;
	// then the frames have the processor for a pause, because all heartbeats of a tick take
	// milliseconds.
	beatsAtOnce = 16
	pause       = time.Millisecond
)

// keepTime visits the connections in every tick until ctx ends. It stands still while there is
// no connection.
func (p *Poller) keepTime(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-p.first:
			p.ticked = p.now() / int64(p.tick) // it stood still
		}
		now := p.now()
		p.visitAll(now)
		if p.Len() > 0 {
			timer.Reset(p.tick - time.Duration(now)%p.tick)
		}
	}
}

// visitAll visits every connection. Most of them have nothing due: for 15,000 of them that
// takes about a millisecond, and it saves an order of what is due next.
func (p *Poller) visitAll(now int64) {
	from, to := p.ticked, now/int64(p.tick)
	p.ticked = to
	beats, busy := 0, p.sent.Swap(false)
	conns := make([]*Conn, 0, visitsAtOnce)
	for fd := 0; ; fd += visitsAtOnce {
		if conns = p.some(fd, conns[:0]); conns == nil {
			return
		}
		for _, c := range conns {
			beat := p.beatIn(c.number, from, to)
			c.visit(now, beat)
			if !beat || !busy {
				continue
			}
			if beats++; beats%beatsAtOnce == 0 {
				time.Sleep(pause)
			}
		}
	}
}

// some appends to conns those that have one of the next visitsAtOnce descriptors from fd on. It
// returns nil if there is no such descriptor.
func (p *Poller) some(fd int, conns []*Conn) []*Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if fd >= len(p.conns) {
		return nil
	}
	for _, c := range p.conns[fd:min(fd+visitsAtOnce, len(p.conns))] {
		if c != nil {
			conns = append(conns, c)
		}
	}
	return conns
}

// beatIn reports whether the connection of that number has its heartbeat after tick from, up to
// tick to. It is once, however many ticks were missed while the machine slept.
func (p *Poller) beatIn(number uint32, from, to int64) bool {
	wait := (int64(number) - from - 1) % p.ticksPerBeat
	if wait < 0 {
		wait += p.ticksPerBeat
	}
	return from+1+wait <= to
}
