package redisconn

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sys/unix"

	"jumun/server/internal/redistest"
)

// A countingConn counts how often go-redis looks at its descriptor.
type countingConn struct {
	*quietConn
	looks *atomic.Int64
}

func (c countingConn) SyscallConn() (syscall.RawConn, error) {
	c.looks.Add(1)
	return c.quietConn.SyscallConn()
}

// dialCounting returns a client of r that has one connection and never tries a command again.
func dialCounting(t *testing.T, r *redistest.Redis, looks *atomic.Int64) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{
		Addr: r.Addr(), PoolSize: 1, MaxRetries: -1,
		Dialer: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dialer(nil)(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return countingConn{c.(*quietConn), looks}, nil
		},
	})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// These two fail if go-redis changes what SyscallConn of a quietConn relies on.

func TestGoRedisLooksAtTheDescriptorBeforeEachCommand(t *testing.T) {
	var looks atomic.Int64
	client := dialCounting(t, redistest.Start(t), &looks)
	before := int64(0)
	for n := range 4 {
		if err := client.Ping(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		if got := looks.Load() - before; n > 0 && got != 1 {
			t.Errorf("before command %d it looked %d times", n, got)
		}
		before = looks.Load()
	}
}

func TestGoRedisReplacesAConnectionThatItsPeerHasClosed(t *testing.T) {
	r := redistest.Start(t)
	client := dialCounting(t, r, new(atomic.Int64))
	for range 3 {
		if err := client.Ping(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		r.Ask("CLIENT", "KILL", "TYPE", "normal")                 // but for the one that asks
		for strings.Count(r.Ask("CLIENT", "LIST"), "addr=") > 2 { // each has an addr= and a laddr=
		}
	}
}

// BenchmarkConn is what a command costs a process that does little else, with Go's own
// connection and with a quietConn: the CPU time of this process alone.
func BenchmarkConn(b *testing.B) {
	r := redistest.Start(b)
	for name, wrap := range map[string]func(net.Conn) net.Conn{"plain": func(c net.Conn) net.Conn { return c }, "quiet": quiet} {
		b.Run(name, func(b *testing.B) {
			client := redis.NewClient(&redis.Options{Addr: r.Addr(), Dialer: func(ctx context.Context, network, address string) (net.Conn, error) {
				c, err := new(net.Dialer).DialContext(ctx, network, address)
				if err != nil {
					return nil, err
				}
				return wrap(c), nil
			}})
			defer client.Close()
			tick := time.NewTicker(time.Millisecond) // 1,000 commands a second
			defer tick.Stop()
			before, n := cpu(), 0
			for b.Loop() {
				<-tick.C
				if err := client.Ping(b.Context()).Err(); err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(n), "cpu-µs/op")
		})
	}
}

// cpu returns the CPU time that this process has used.
func cpu() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u) // it cannot fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
