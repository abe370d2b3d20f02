package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/wait"
)

const (
	// checkEvery is how often the keys are compared, and the tokens counted.
	checkEvery = time.Minute
	// againAfter is the pause after a check that failed, or found other keys: somebody puts it right.
	againAfter = 5 * time.Second
	// startAgain is the pause at the start: the revocations are read meanwhile, or Redis comes.
	startAgain = 100 * time.Millisecond
	// recent is how long ago a server was there that still counts as running.
	recent = 3 * time.Minute
	// patience is how long servers may have different keys without a word: a changed file needs its time
	// until every server has it, and a new key signs when it is so old.
	patience = 10 * time.Minute
)

// errUnchecked is why a server is not ready at first.
var errUnchecked = errors.New("the keys are not compared yet with those of the other servers")

// Options are what a Ring needs. Every field must be set, and every func must be safe for concurrent use.
type Options struct {
	Store *Store
	Keys  func() *token.Keys // the keys of this server as they are now
	// Throwaway says that the keys are in no file: no other server can have them.
	Throwaway bool
	// Revoked reports whether a key was revoked. Known reports whether that is known: until then nothing
	// is compared.
	Revoked func(kid string) bool
	Known   func() bool
	Log     *slog.Logger
}

// A Ring keeps in step with what the servers of one Redis know of each other's keys. Make one with New,
// and Run it once.
type Ring struct {
	o       Options
	name    string        // of this server
	changed chan struct{} // room for one, as hinted: several reasons are one
	hinted  chan struct{}
	state   atomic.Pointer[state]

	fit     string // sum of the keys that have fitted last
	had     []token.Info
	list    string    // the only list of keys in which this server may be the first; empty: any
	lost    time.Time // since when that list is lost; zero: it is not
	differs time.Time // since when another server has other keys; zero: it has not
	told    bool      // that was logged
	noise   rate.Sometimes
}

// A state is what the last check that succeeded has found.
type state struct {
	err      error    // why this server must not serve; nil: its keys fit
	differ   bool     // another server has had other keys for long
	missing  []string // the kids that running servers have and this one has not, sorted
	made     string   // when Redis's list of keys was made, and by whom
	renewals map[string]time.Time
	held     map[string]Held
}

// New returns a Ring.
func New(o Options) *Ring {
	r := &Ring{o: o, name: rand.Text(), changed: make(chan struct{}, 1), hinted: make(chan struct{}, 1), noise: rate.Sometimes{First: 1, Interval: time.Minute}}
	r.state.Store(&state{err: errUnchecked})
	return r
}

// Changed tells the Ring that the keys of this server have changed. It never blocks.
func (r *Ring) Changed() { signal(r.changed) }

// Hint tells the Ring that revocations, or what is asked of keys, may have changed in Redis. It never
// blocks.
func (r *Ring) Hint() { signal(r.hinted) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Ready returns why this server must not serve: its keys are others than those of the servers of its
// Redis; nil: they fit. While Redis is away the last answer stays.
func (r *Ring) Ready() error { return r.state.Load().err }

// Misfits reports whether the keys were compared, and do not fit.
func (r *Ring) Misfits() bool { err := r.Ready(); return err != nil && err != errUnchecked }

// Strange reports that a token that this server does not know may be good: its keys do not fit, or another
// server that is running has the key kid, and this one has it not yet.
func (r *Ring) Strange(kid string) bool {
	s := r.state.Load()
	_, elsewhere := slices.BinarySearch(s.missing, kid)
	return s.err != nil || elsewhere && !r.o.Revoked(kid)
}

// Differ reports whether another server has had other keys for longer than a change of keys takes.
func (r *Ring) Differ() bool { return r.state.Load().differ }

// Held returns how many tokens the keys of this server hold, by kid.
func (r *Ring) Held() map[string]Held { return r.state.Load().held }

// WantsRenewal reports whether t is to be renewed, because somebody has asked for it since it was issued.
func (r *Ring) WantsRenewal(t token.Token) bool {
	since, asked := r.state.Load().renewals[t.Key]
	return asked && t.IssuedAt <= since.Unix()
}

// Run compares the keys until ctx ends: now, when they have changed, and every minute.
func (r *Ring) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := r.check(ctx)
		switch {
		case r.Ready() == errUnchecked:
			wait.For(ctx, startAgain)
		case err != nil || r.Ready() != nil:
			r.rest(ctx, againAfter)
		default:
			r.rest(ctx, checkEvery)
		}
	}
	return nil
}

// rest returns when the keys are to be compared again: after a time, or for a reason. There may be
// thousands of keys, and a hint a second: for that it reads only which tokens are to be renewed, and whether
// Redis has lost the keys.
func (r *Ring) rest(ctx context.Context, long time.Duration) {
	over := time.After(long)
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.changed:
			return
		case <-over:
			return
		case <-r.hinted:
			if r.Ready() != nil || r.readRenewals(ctx) != nil || r.lostKeys(ctx) {
				return
			}
		}
	}
}

func (r *Ring) readRenewals(ctx context.Context) error {
	renewals, err := r.o.Store.Renewals(ctx)
	if err == nil {
		now := *r.state.Load()
		now.renewals = renewals
		r.state.Store(&now)
	}
	return err
}

// lostKeys reports whether Redis has another list of keys than at the last check, or none.
func (r *Ring) lostKeys(ctx context.Context) bool {
	made, err := r.o.Store.madeBy(ctx)
	return err != nil || made != r.state.Load().made
}

// check compares the keys, and keeps what it has found.
func (r *Ring) check(ctx context.Context) error {
	if !r.o.Known() {
		return errUnchecked
	}
	found, err := r.compare(ctx)
	if err != nil {
		r.noise.Do(func() {
			r.o.Log.Warn("it is not known whether this server has the keys of the others: trying again", "err", err)
		})
		return err
	}
	now := &state{err: r.judge(found), renewals: found.renewals, missing: r.missing(found), made: found.made}
	now.differ = r.compareServers(found)
	if now.held, err = r.o.Store.Count(ctx, kids(r.o.Keys().List())); err != nil {
		now.held = r.Held()
	}
	r.tell(now.err)
	r.state.Store(now)
	return err
}
