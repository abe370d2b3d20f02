package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/access"
	"jumun/server/roster"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// presenceRoom is how many notes may wait to be written: those of a storm of devices that
// come back together. Beyond it they are dropped: they are for people to look at.
const presenceRoom = 32 << 10

// A presence notes which devices are there, beside their streams: a stream never waits
// for it.
type presence struct {
	roster  *roster.Roster
	notes   chan func(context.Context) error
	log     *slog.Logger
	dropped rate.Sometimes
}

func newPresence(r *roster.Roster, log *slog.Logger) *presence {
	return &presence{roster: r, log: log, notes: make(chan func(context.Context) error, presenceRoom), dropped: rate.Sometimes{First: 1, Interval: time.Minute}}
}

// run writes what is noted until ctx ends, and then what waits by then.
func (p *presence) run(ctx context.Context) {
	late := context.WithoutCancel(ctx)
	for {
		select {
		case note := <-p.notes:
			p.write(late, note)
		case <-ctx.Done():
			p.finish(late)
			return
		}
	}
}

func (p *presence) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, endTimeout)
	defer cancel()
	for ctx.Err() == nil {
		select {
		case note := <-p.notes:
			p.write(ctx, note)
		default:
			return
		}
	}
}

func (p *presence) write(ctx context.Context, note func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, endTimeout)
	defer cancel()
	if err := note(ctx); err != nil {
		p.dropped.Do(func() { p.log.Warn("who is connected was not noted", "err", err) })
	}
}

func (p *presence) note(what func(context.Context) error) {
	select {
	case p.notes <- what:
	default:
		p.dropped.Do(func() { p.log.Warn("who is connected was not noted: too many at once") })
	}
}

// streams notes the devices whose streams next serves.
func (p *presence) streams(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d, session := deviceOf(r), rand.Text()
		p.note(func(ctx context.Context) error { return p.roster.Connected(ctx, d, session) })
		defer p.note(func(ctx context.Context) error { return p.roster.Left(ctx, d, session) })
		next.ServeHTTP(w, r)
	})
}

// polls notes the devices that poll: they have been there, and are gone again.
func (p *presence) polls(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := deviceOf(r)
		p.note(func(ctx context.Context) error { return p.roster.Left(ctx, d, "") })
		next.ServeHTTP(w, r)
	})
}

// deviceOf is who asks, behind the gate.
func deviceOf(r *http.Request) wire.Device {
	c := access.From(r.Context()).Claims
	return wire.Device{ID: c.Subject, Name: c.Name, MartID: order.MartID(r.PathValue("mart")), PairedAt: time.Unix(c.IssuedAt, 0).UTC()}
}
