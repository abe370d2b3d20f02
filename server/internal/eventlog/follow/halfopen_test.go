package follow

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// A link is the way to a Redis, on which packets can get lost without anybody being told.
type link struct {
	listener net.Listener
	to       string
	dead     atomic.Bool // for connections to come

	mu    sync.Mutex
	conns []*cable
	wg    sync.WaitGroup
}

// A cable is one connection over the link.
type cable struct {
	dead   atomic.Bool // swallows everything, and tells nobody
	toPod  net.Conn
	toServ net.Conn
}

func newLink(t *testing.T, to string) *link {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &link{listener: l, to: to}
	w.wg.Go(w.accept)
	t.Cleanup(w.close)
	return w
}

func (w *link) url() string { return "redis://" + w.listener.Addr().String() }

func (w *link) accept() {
	for {
		pod, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.to)
		if err != nil {
			_ = pod.Close()
			continue
		}
		c := &cable{toPod: pod, toServ: server}
		c.dead.Store(w.dead.Load())
		w.mu.Lock()
		w.conns = append(w.conns, c)
		w.mu.Unlock()
		w.wg.Go(func() { c.carry(server, pod) })
		w.wg.Go(func() { c.carry(pod, server) })
	}
}

func (c *cable) carry(to, from net.Conn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !c.dead.Load() {
			_, _ = to.Write(buffer[:n])
		}
		if err != nil {
			break
		}
	}
	if !c.dead.Load() { // else the end gets lost too
		_ = to.Close()
	}
}

// cut loses all packets of the connections that stand, and of later ones if asked to.
func (w *link) cut(laterToo bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead.Store(laterToo)
	for _, c := range w.conns {
		c.dead.Store(true)
	}
}

// heal lets later connections through again.
func (w *link) heal() { w.dead.Store(false) }

func (w *link) close() {
	_ = w.listener.Close()
	w.mu.Lock()
	for _, c := range w.conns {
		_ = c.toPod.Close()
		_ = c.toServ.Close()
	}
	w.mu.Unlock()
	w.wg.Wait()
}

// noticed is how soon a half-open connection must be noticed.
const noticed = 15 * time.Second

func TestAHalfOpenRedisIsNoticedAndCostsNothing(t *testing.T) {
	for name, laterToo := range map[string]bool{"connections die silently": false, "new ones too, for a while": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redis := redistest.Start(t)
			w := newLink(t, redis.Addr())
			r, other := run(t, w.url()), open(t, redis.URL())
			r.watch(t, "42")
			r.until(t, true)
			warm(t, r.Follower)
			w.cut(laterToo)
			var want []order.Event
			for i := range 100 {
				e, _ := put(t, other, "42", fmt.Sprint(i), "PUBLISH")
				want = append(want, e)
			}
			started := time.Now()
			within(t, noticed, "the listener has not noticed", func() bool { return r.marts.ready() != nil })
			w.heal()
			r.wants(t, want...)
			if took := time.Since(started); took > noticed {
				t.Errorf("the events came after %v", took)
			}
			r.until(t, true)
			r.wantsNothing(t, "42")
		})
	}
}

// warm fills the pool with connections, all of which will die.
func warm(t *testing.T, l *Follower) {
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { _ = l.client.BLPop(t.Context(), 200*time.Millisecond, "nothing") })
	}
	wg.Wait()
	if n := l.client.PoolStats().IdleConns; n < 10 {
		t.Fatalf("the pool has %d connections", n)
	}
}

func TestWhoWaitsIsSentElsewhereOnceAnOutage(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t, "--appendonly", "yes")
	r := run(t, redis.URL())
	r.watch(t, "42")
	r.until(t, true)
	for range 2 {
		redis.Freeze()
		started := time.Now()
		r.wantsLost(t, "42")
		if took := time.Since(started); took < outageAfter/2 || took > noticed {
			t.Errorf("told after %v", took)
		}
		if r.Ready() == nil {
			t.Error("ready")
		}
		select {
		case <-r.lost:
			t.Error("told again")
		case <-time.After(2 * probeInterval):
		}
		redis.Thaw()
		r.until(t, true)
		r.watch(t, "42")
		r.wantsNothing(t, "42")
		r.wantsNoLoss(t)
	}
}
