package devices

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/internal/wait"

	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// maxWaitingNotes may wait to be written: those of all devices of a pod that come back
	// together. Further ones are dropped: notes are only shown to people.
	maxWaitingNotes = 32 << 10
	// gatherNotes is how long notes wait for others, to be written together: one by one they
	// cost as much as the streams that they are about, and people look no sooner.
	gatherNotes = 100 * time.Millisecond
	// lastNotes is how long writing the last notes may take when the server ends.
	lastNotes = 2 * time.Second
	// noteAgain is the pause after Redis has not taken notes.
	noteAgain = time.Second
	// notesAtOnce are written in one pipeline: more would delay orders by milliseconds.
	notesAtOnce = 256
)

// A Presence notes in the registry which devices are connected to this server. A stream
// never waits for it. Make one with NewPresence, and Run it once.
type Presence struct {
	registry *Registry
	pod      string        // begins the names of the streams here
	named    atomic.Uint64 // so many streams have a name
	log      *slog.Logger
	dropped  rate.Sometimes

	some    chan struct{} // room for one: several notes are one reason to write
	mu      sync.Mutex
	waiting []waitingNote // maxWaitingNotes at most
}

// A waitingNote is a Note that waits: as small as can be, since many may.
type waitingNote struct {
	doing    Doing
	device   string
	mart     order.MartID
	name     string
	pairedAt int64  // seconds since 1970
	stream   uint64 // 0: none
	role     wire.Role
	marts    string
	key      string
	ends     int64 // seconds since 1970
	roams    bool
	asked    order.ID
}

// NewPresence returns a Presence that notes in r.
func NewPresence(r *Registry, log *slog.Logger) *Presence {
	return &Presence{registry: r, log: log, pod: podMark + rand.Text()[:12], some: make(chan struct{}, 1), dropped: rate.Sometimes{First: 1, Interval: time.Minute}}
}

// Run writes notes until ctx ends, and then those that still wait, within lastNotes; not if Redis has not taken those
// before, so that a server ends in time though Redis hangs.
func (p *Presence) Run(ctx context.Context) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(lastNotes, cancel) })()
	var lease sync.WaitGroup
	defer lease.Wait()
	lease.Go(func() { p.keepLease(ctx, late) })
	written := true
	for ctx.Err() == nil {
		select {
		case <-p.some:
			wait.For(ctx, gatherNotes)
			written = p.write(late)
		case <-ctx.Done():
		}
	}
	if written {
		p.write(late)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = nil // that this server has ended says the same of its streams
}

// write writes what waits. It reports whether Redis has taken it.
func (p *Presence) write(ctx context.Context) bool {
	p.mu.Lock()
	waiting := p.waiting
	p.waiting = nil
	p.mu.Unlock()
	for i := 0; i < len(waiting); i += notesAtOnce {
		some := waiting[i:min(i+notesAtOnce, len(waiting))]
		err := wait.Call(ctx, func() error { return p.registry.Note(ctx, p.written(some)) })
		if err != nil {
			p.dropped.Do(func() { p.log.Warn("which devices are connected was not noted", "err", err) })
		}
		if mayPass(err) {
			p.waitAgain(ctx, waiting[i:])
			return false
		}
	}
	return true
}

// mayPass reports whether Redis may take later what it has not taken now: it is away, or fails over. A mart
// whose keys are broken must not hold up the others.
func mayPass(err error) bool {
	var answered redis.Error
	if err == nil || errors.Is(err, order.ErrMalformed) {
		return false
	}
	return !errors.As(err, &answered) || slices.ContainsFunc([]string{"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN"},
		func(prefix string) bool { return redis.HasErrorPrefix(err, prefix) })
}

// waitAgain makes notes wait that Redis did not take, before those that came meanwhile: as many as there is
// room for, the newest.
func (p *Presence) waitAgain(ctx context.Context, notes []waitingNote) {
	p.mu.Lock()
	all := append(notes, p.waiting...)
	p.waiting = all[max(0, len(all)-maxWaitingNotes):]
	p.mu.Unlock()
	wait.For(ctx, noteAgain)
	p.signal()
}

// written returns notes as the registry stores them.
func (p *Presence) written(notes []waitingNote) []Note {
	all := make([]Note, len(notes))
	for i, n := range notes {
		all[i] = Note{Doing: n.doing, Device: wire.Device{ID: n.device, Name: n.name, MartID: n.mart, PairedAt: time.Unix(n.pairedAt, 0).UTC(), Role: n.role, For: n.marts, Key: n.key, EndsAt: time.Unix(n.ends, 0).UTC(), Roams: n.roams}, Asked: n.asked}
		if n.stream != 0 {
			all[i].Stream = p.pod + "-" + strconv.FormatUint(n.stream, 10)
		}
	}
	return all
}

func (p *Presence) note(n waitingNote) {
	if !p.wait(n) {
		p.dropped.Do(func() { p.log.Warn("which devices are connected was not noted: too many at once") })
		return
	}
	p.signal()
}

func (p *Presence) signal() {
	select {
	case p.some <- struct{}{}:
	default:
	}
}

func (p *Presence) wait(n waitingNote) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) >= maxWaitingNotes {
		return false
	}
	p.waiting = append(p.waiting, n)
	return true
}

// Connected notes that a device has a stream of its mart now, which begins after the event that it asked for, and returns the
// number of that stream for Disconnected. What is no ID of an event counts as none. d needs no SeenAt.
func (p *Presence) Connected(d wire.Device, asked order.ID) (stream uint64) {
	if _, err := order.ParseID(string(asked)); err != nil {
		asked = Fresh
	}
	stream = p.named.Add(1)
	p.note(waitingNote{Came, d.ID, d.MartID, d.Name, d.PairedAt.Unix(), stream, "", "", d.Key, d.EndsAt.Unix(), d.Roams, asked})
	return stream
}

// Disconnected notes that a stream has ended. The caller calls it once.
func (p *Presence) Disconnected(device string, mart order.MartID, stream uint64) {
	p.note(waitingNote{doing: Left, device: device, mart: mart, stream: stream})
}

// Polled notes that a device asked for its orders without a stream, or that a holder did something else.
func (p *Presence) Polled(d wire.Device) {
	p.note(waitingNote{Polled, d.ID, d.MartID, d.Name, d.PairedAt.Unix(), 0, d.Role, d.For, d.Key, d.EndsAt.Unix(), d.Roams, ""})
}
