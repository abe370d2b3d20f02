package netpoll

import (
	"io"
	"testing"
	"time"
)

func TestADeadlineIsToldOnceAndNotEarly(t *testing.T) {
	tests := []struct {
		name string
		in   time.Duration
	}{
		{"long ago", -1000 * time.Hour},
		{"now", 0},
		{"within a tick", time.Millisecond},
		{"in some ticks", 60 * time.Millisecond},
		{"after a heartbeat", 300 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := options()
			opts.Heartbeat = 256 * time.Millisecond
			p, _ := running(t, opts)
			conn, peer := pair(t, "tcp", false)
			go io.Copy(io.Discard, peer)
			o := newRecorder()
			deadline := time.Now().Add(tt.in)
			if err := p.Add(&o.Conn, conn, o, deadline); err != nil {
				t.Fatal(err)
			}
			at := <-o.deadlines
			if at.Before(deadline) || at.Sub(deadline) > patience/2 && tt.in > 0 {
				t.Errorf("told %v after the deadline", at.Sub(deadline))
			}
			if next := o.nextDeadline(); next != never {
				t.Fatalf("another is at %v", time.Duration(next))
			}
			o.Finish(true, nil)
			o.isClosed(t, Finished)
			if len(o.deadlines) > 0 {
				t.Error("told again")
			}
		})
	}
}

func (o *recorder) nextDeadline() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.deadline
}

func TestADeadlineInAThousandYearsIsNever(t *testing.T) {
	p, _ := running(t, options())
	conn, _ := pair(t, "tcp", false)
	o := newRecorder()
	if err := p.Add(&o.Conn, conn, o, time.Now().AddDate(1000, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if at := o.nextDeadline(); at < int64(50*365*24*time.Hour) {
		t.Errorf("it is at %v", time.Duration(at))
	}
}

func TestHeartbeatsComeOnceAPeriod(t *testing.T) {
	opts := options()
	opts.Heartbeat = 128 * time.Millisecond
	opts.Beat = []byte(":")
	p, _ := running(t, opts)
	start := time.Now()
	o, peer := enter(t, p, false)
	var first time.Time
	b := make([]byte, 1)
	o.mu.Lock()
	o.pushAt = 0 // nothing was sent
	o.mu.Unlock()
	for n := range 8 {
		if _, err := peer.Read(b); err != nil || b[0] != ':' {
			t.Fatalf("read %q, %v", b, err)
		}
		at := time.Now()
		if n == 0 {
			first = at
		}
		// The first may be read late, which makes the others look early by as much.
		if early := time.Duration(n)*opts.Heartbeat - at.Sub(first); n > 0 && early > 2*p.tick+10*time.Millisecond {
			t.Errorf("heartbeat %d is %v early", n, early)
		}
	}
	if took := time.Since(start); took > 8*opts.Heartbeat+patience/2 {
		t.Errorf("8 heartbeats took %v", took)
	}
	o.Finish(true, nil)
}

func TestEveryConnectionHasOneHeartbeatAPeriodAndAFewOfThemEachTick(t *testing.T) {
	p := &Poller{ticksPerBeat: minTicksPerBeat}
	for _, step := range []int64{1, 3, 5, 16} { // ticks between two visits
		beats := make([]int, 160)
		for from := int64(7); from < 7+10*240; from += step {
			atOnce := 0
			for number := range beats {
				if p.beatIn(uint32(number), from, from+step) {
					beats[number]++
					atOnce++
				}
			}
			if atOnce != 10*int(step) {
				t.Fatalf("%d of %d connections have theirs in %d ticks", atOnce, len(beats), step)
			}
		}
		for number, n := range beats {
			if n < 150 || n > 151 {
				t.Fatalf("with %d ticks at a time, connection %d had %d heartbeats in 150 periods", step, number, n)
			}
		}
	}
}

func TestAfterASleepOneHeartbeatIsEnough(t *testing.T) {
	p := &Poller{ticksPerBeat: minTicksPerBeat}
	for number := range uint32(40) {
		if !p.beatIn(number, 3, 3+1000) {
			t.Errorf("connection %d has none", number)
		}
		if p.beatIn(number, 1003, 1003) {
			t.Errorf("connection %d has another in the same tick", number)
		}
	}
}

func TestAPollerWithoutConnectionsDoesNotWake(t *testing.T) {
	opts := options()
	opts.Heartbeat = 256 * time.Millisecond
	p, _ := running(t, opts)
	for range 2 {
		o, _ := enter(t, p, false)
		o.Finish(true, nil)
		o.isClosed(t, Finished)
		p.sent.Store(true) // a tick takes it back
		for turns := 0; ; turns++ {
			if <-time.After(50 * opts.Heartbeat / minTicksPerBeat); p.sent.Load() {
				break
			}
			p.sent.Store(true)
			if turns > 1 { // the one that was on its way
				t.Fatal("it wakes")
			}
		}
	}
}

func TestWhatWaitsTooLongIsClosedWithinATick(t *testing.T) {
	const second = int64(time.Second)
	tests := []struct {
		name    string
		state   state
		waiting *backlog
		why     Reason
	}{
		{"a frame that waits", parked, &backlog{until: 10 * second}, TimedOut},
		{"what Finish has to write", finishing, &backlog{until: 10 * second}, Finished},
		{"nothing", parked, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := running(t, options())
			o, _ := enter(t, p, false)
			o.mu.Lock()
			o.state, o.waiting = tt.state, tt.waiting
			o.mu.Unlock()
			if _, why := o.check(10*second-1, false); why != "" {
				t.Errorf("closed early: %s", why)
			}
			if _, why := o.check(10*second, false); why != tt.why {
				t.Errorf("closed: %q", why)
			}
		})
	}
}

// The ticks of a long period are not longer than maxTick, so there are more of them.
func TestALongHeartbeatPeriodIsKept(t *testing.T) {
	for _, heartbeat := range []time.Duration{20 * time.Second, 48 * time.Second, time.Hour} {
		opts := options()
		opts.Heartbeat = heartbeat
		p, err := New(opts)
		if err != nil {
			t.Fatal(err)
		}
		defer p.epoll.Close()
		beats := 0
		const periods = 10
		for tick := int64(0); tick < periods*int64(heartbeat/p.tick); tick++ {
			if p.beatIn(5, tick, tick+1) {
				beats++
			}
		}
		if beats != periods || p.tick > maxTick {
			t.Errorf("in %d periods of %v there are %d heartbeats, and a tick is %v", periods, heartbeat, beats, p.tick)
		}
	}
}

// A relay on the way may hold back a frame until something follows it.
func TestAHeartbeatFollowsAFrame(t *testing.T) {
	opts := options()
	opts.Heartbeat = 3200 * time.Millisecond
	opts.Beat = []byte(":")
	p, _ := running(t, opts)
	o, peer := enter(t, p, false)
	b := make([]byte, 10)
	for range 2 { // the first of its period, and what pushes the frames from before
		if _, err := peer.Read(b); err != nil {
			t.Fatal(err)
		}
	}
	sent := time.Now()
	o.Send([]byte("frame"))
	if n, err := peer.Read(b); string(b[:n]) != "frame" {
		t.Fatalf("%q, %v", b[:n], err)
	}
	n, err := peer.Read(b)
	if after := time.Since(sent); string(b[:n]) != ":" || after < pushAfter || after > pushAfter+pushUnit+p.tick+time.Second {
		t.Errorf("%q after %v, %v", b[:n], after, err)
	}
	o.Finish(true, nil)
}
