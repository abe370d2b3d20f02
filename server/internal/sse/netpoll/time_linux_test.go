package netpoll

import (
	"io"
	"testing"
	"time"
)

func TestDueIsNotEarlyAndComesOnce(t *testing.T) {
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
			l, _ := running(t, opts)
			conn, peer := pair(t, "tcp", false)
			go io.Copy(io.Discard, peer)
			o := newTenant()
			end := time.Now().Add(tt.in)
			if err := l.Enter(&o.Conn, conn, o, end); err != nil {
				t.Fatal(err)
			}
			at := <-o.due
			if at.Before(end) || at.Sub(end) > patience/2 && tt.in > 0 {
				t.Errorf("due %v after its end", at.Sub(end))
			}
			for _, next := o.times(); next < int64(time.Hour); _, next = o.times() {
				t.Fatalf("due again at %v", time.Duration(next))
			}
			o.Finish(true, nil)
			o.isOver(t, Finished)
			if len(o.due) > 0 {
				t.Error("due again")
			}
		})
	}
}

func (o *tenant) times() (beat, end int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.beat, o.end
}

func TestAnEndInAThousandYearsIsNever(t *testing.T) {
	l, _ := running(t, options())
	conn, _ := pair(t, "tcp", false)
	o := newTenant()
	if err := l.Enter(&o.Conn, conn, o, time.Now().AddDate(1000, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if _, end := o.times(); end < int64(50*365*24*time.Hour) {
		t.Errorf("it ends at %v", time.Duration(end))
	}
}

// The first comes at random, so that those who came together are not served together;
// then they come in time, whatever else is sent.
func TestHeartbeatsComeEveryPeriod(t *testing.T) {
	opts := options()
	opts.Heartbeat = 128 * time.Millisecond
	opts.Beat = []byte(":")
	l, _ := running(t, opts)
	start := time.Now()
	o, peer := enter(t, l, false)
	var first time.Time
	b := make([]byte, 1)
	for n := range 8 {
		if _, err := peer.Read(b); err != nil || b[0] != ':' {
			t.Fatalf("read %q, %v", b, err)
		}
		at := time.Now()
		if n == 0 {
			first = at
		}
		// The reader may be late, and the lot by a tick; neither is early by more.
		if early := time.Duration(n)*opts.Heartbeat - at.Sub(first); n > 0 && early > 2*l.tick+10*time.Millisecond {
			t.Errorf("heartbeat %d is %v early", n, early)
		}
	}
	if took := time.Since(start); took > 8*opts.Heartbeat+patience/2 {
		t.Errorf("8 heartbeats took %v", took)
	}
	o.Finish(true, nil)
}

func TestHeartbeatsOfThoseWhoCameTogetherAreSpread(t *testing.T) {
	l, _ := running(t, options())
	quarters := make([]int, 4)
	for range 400 {
		var c Conn
		c.init(l, 0, nil, time.Now())
		in := time.Duration(c.beat - l.now())
		if in > l.opts.Heartbeat {
			t.Fatalf("the first comes after %v", in)
		}
		quarters[min(3, max(0, in)/(l.opts.Heartbeat/4))]++
	}
	for _, n := range quarters {
		if n < 50 {
			t.Fatalf("by quarters: %v", quarters)
		}
	}
}

func TestAfterASleepOneHeartbeatIsEnough(t *testing.T) {
	l, _ := running(t, options())
	o, _ := enter(t, l, false)
	every := int64(l.opts.Heartbeat)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.beat = 5
	if o.pulse(10 * every); o.beat != 11*every {
		t.Errorf("the next comes at %v", time.Duration(o.beat))
	}
	o.beat = 5
	if o.pulse(6); o.beat != 5+every {
		t.Errorf("the next comes at %v", time.Duration(o.beat))
	}
}

func TestAnEmptyLotStandsStill(t *testing.T) {
	opts := options()
	opts.Heartbeat = 256 * time.Millisecond
	l, _ := running(t, opts)
	for range 2 {
		o, _ := enter(t, l, false)
		o.Finish(true, nil)
		o.isOver(t, Finished)
		turns := 0
		for ; l.turned(50 * opts.Heartbeat / spokes); turns++ {
			if turns > 1 { // the one that was on its way
				t.Fatal("it turns")
			}
		}
	}
}

// turned says whether the wheel turns within d.
func (l *Lot) turned(d time.Duration) bool {
	at := func() int64 { l.mu.Lock(); defer l.mu.Unlock(); return l.wheel.now }
	before := at()
	<-time.After(d)
	return at() != before
}

func TestWhatWaitsIsLookedAfterInTime(t *testing.T) {
	opts := options()
	opts.Heartbeat = 1000 * time.Hour // a tick is two seconds, and a visit far
	opts.WriteTimeout = 20 * time.Hour
	opts.Last = 10 * time.Hour
	l, _ := running(t, opts)
	o, _ := enter(t, l, true)
	o.mu.Lock()
	o.beat, o.end = never, never
	l.schedule(&o.Conn)
	o.mu.Unlock()
	o.clog(t, 60)
	if at := o.visited(l); at < 36_000 || at > 36_001 {
		t.Errorf("it is visited at tick %d", at)
	}
	o.Finish(true, nil)
	if at := o.visited(l); at < 18_000 || at > 18_001 {
		t.Errorf("when it ends it is visited at tick %d", at)
	}
}

func (o *tenant) visited(l *Lot) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wheel.nodes[o.fd].at
}

func TestATickIsNotBeforeItsTime(t *testing.T) {
	l := &Lot{tick: 10}
	for at, want := range map[int64]int64{1: 1, 9: 1, 10: 1, 11: 2, 20: 2, 21: 3} {
		if got := l.ticks(at); got != want {
			t.Errorf("%d is in tick %d, not %d", at, got, want)
		}
	}
}
