// Package embeddedredis is a Redis inside this process, for trying out and for one small store.
package embeddedredis

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// maxUnknown is how many connections may be open at once that have not shown the password. The oldest
// makes room for the next: clients show it at once.
const maxUnknown = 64

// acceptPause is the pause after a connection could not be accepted.
const acceptPause = 10 * time.Millisecond

// A Redis keeps everything in memory and forgets it when the process ends. It has a new password at
// each start, which stands in a file that only the user of this process can read (see Find): every
// user of the machine can reach the address.
type Redis struct {
	mini     *miniredis.Miniredis
	listener net.Listener
	password string
	file     string // with the URL; empty: it could not be written
	serving  sync.WaitGroup

	mu      sync.Mutex
	unknown []*guarded // the oldest first
}

// Start listens at address, as host:port; port 0 takes a free one. If the password cannot be written
// for the commands of this machine, Start logs a warning.
func Start(address string, log *slog.Logger) (*Redis, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("start embedded Redis: %w", err)
	}
	r := &Redis{mini: miniredis.NewMiniRedis(), listener: l, password: rand.Text()}
	r.mini.ClockTTL(true) // its keys expire only when told that time passes, else
	r.mini.RequireAuth(r.password)
	inside, err := r.mini.Dial() // which starts it, without a listener of its own
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start embedded Redis: %w", err), l.Close())
	}
	_ = inside.Close()
	r.serving.Go(r.accept)
	if r.file, err = announce(r); err != nil {
		log.Warn("no command of this machine can use the Redis inside this process: its password cannot be written to a file", "err", err)
	}
	return r, nil
}

func (r *Redis) accept() {
	for {
		c, err := r.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // the client is gone, or there are no descriptors now
			time.Sleep(acceptPause)
			continue
		}
		r.mini.Server().ServeConn(r.guard(c))
	}
}

// guard returns c guarded, as one that has not shown the password.
func (r *Redis) guard(c net.Conn) *guarded {
	g := newGuarded(c, r.password, r.decided)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unknown = append(r.unknown, g); len(r.unknown) > maxUnknown {
		_ = r.unknown[0].Conn.Close()
		r.unknown = slices.Delete(r.unknown, 0, 1)
	}
	return g
}

// decided notes that g has shown the password, or is closed.
func (r *Redis) decided(g *guarded) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at := slices.Index(r.unknown, g); at >= 0 {
		r.unknown = slices.Delete(r.unknown, at, at+1)
	}
}

// URL is where clients find it, as redis://default:password@host:port.
func (r *Redis) URL() string {
	return (&url.URL{Scheme: "redis", User: url.UserPassword("default", r.password), Host: r.Addr()}).String()
}

// Addr returns host:port.
func (r *Redis) Addr() string { return r.listener.Addr().String() }

// File returns the file with the URL, or "" if it could not be written.
func (r *Redis) File() string { return r.file }

// Close ends it and its connections.
func (r *Redis) Close() {
	r.withdraw()
	_ = r.listener.Close()
	r.serving.Wait()
	r.mini.Close()
}
