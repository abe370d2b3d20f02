package pod

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/internal/wait"

	"golang.org/x/time/rate"

	"jumun/server/internal/auth"
	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// presenceRoom is how many notes may wait to be written: those of a storm of devices
	// that come back together. Beyond it they are dropped: they are for people to look at.
	presenceRoom = 32 << 10
	// gatherNotes is how long notes wait for others, to be written with them: one by one
	// they cost as much as the streams that they are about, and people look no sooner.
	gatherNotes = 100 * time.Millisecond
	// notesAtOnce are written: more would keep Redis from its orders for milliseconds.
	notesAtOnce = 256
)

// A presence notes which devices are there, beside their streams: a stream never waits
// for it.
type presence struct {
	roster  *devices.Roster
	pod     string        // begins the names of the streams here
	named   atomic.Uint64 // so many streams have a name
	log     *slog.Logger
	dropped rate.Sometimes

	some    chan struct{} // room for one: several notes are one reason to write
	mu      sync.Mutex
	waiting []note // presenceRoom at most
}

// A note is a devices.Note that waits: as small as can be, since many may.
type note struct {
	doing    devices.Doing
	device   string
	mart     order.MartID
	name     string
	pairedAt int64  // seconds since 1970
	stream   uint64 // 0: none
}

func newPresence(r *devices.Roster, log *slog.Logger) *presence {
	return &presence{roster: r, log: log, pod: rand.Text()[:12], some: make(chan struct{}, 1), dropped: rate.Sometimes{First: 1, Interval: time.Minute}}
}

// run writes what is noted until ctx ends, and then what waits by then, for as long as
// the end may take.
func (p *presence) run(ctx context.Context) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(endTimeout, cancel) })()
	for ctx.Err() == nil {
		select {
		case <-p.some:
			wait.For(ctx, gatherNotes)
			p.write(late)
		case <-ctx.Done():
		}
	}
	p.write(late)
}

// write writes what waits.
func (p *presence) write(ctx context.Context) {
	p.mu.Lock()
	waiting := p.waiting
	p.waiting = nil
	p.mu.Unlock()
	for some := range slices.Chunk(waiting, notesAtOnce) {
		if err := p.roster.Note(ctx, p.written(some)); err != nil {
			p.dropped.Do(func() { p.log.Warn("who is connected was not noted", "err", err) })
		}
	}
}

// written are notes as the roster has them.
func (p *presence) written(notes []note) []devices.Note {
	all := make([]devices.Note, len(notes))
	for i, n := range notes {
		all[i] = devices.Note{Doing: n.doing, Device: wire.Device{ID: n.device, Name: n.name, MartID: n.mart, PairedAt: time.Unix(n.pairedAt, 0).UTC()}}
		if n.stream != 0 {
			all[i].Stream = p.pod + "-" + strconv.FormatUint(n.stream, 10)
		}
	}
	return all
}

func (p *presence) note(n note) {
	if !p.wait(n) {
		p.dropped.Do(func() { p.log.Warn("who is connected was not noted: too many at once") })
		return
	}
	select {
	case p.some <- struct{}{}:
	default:
	}
}

func (p *presence) wait(n note) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) >= presenceRoom {
		return false
	}
	p.waiting = append(p.waiting, n)
	return true
}

// enter notes that the holder of a pass has a stream now, and returns a name for it; ctx
// has its Grant.
func (p *presence) enter(ctx context.Context, pass *auth.Pass) (stream uint64) {
	stream = p.named.Add(1)
	c := auth.From(ctx).Claims
	p.note(note{devices.Came, pass.Subject(), pass.Mart(), c.Name, c.IssuedAt, stream})
	return stream
}

// leave notes that a stream has ended. Call it once.
func (p *presence) leave(pass *auth.Pass, stream uint64) {
	p.note(note{doing: devices.Left, device: pass.Subject(), mart: pass.Mart(), stream: stream})
}

// polls notes the devices that poll: they have been there, and are gone again.
func (p *presence) polls(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := auth.From(r.Context()).Claims
		p.note(note{devices.Polled, c.Subject, order.MartID(r.PathValue("mart")), c.Name, c.IssuedAt, 0})
		next.ServeHTTP(w, r)
	})
}
