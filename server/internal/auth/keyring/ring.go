package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
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
	differs time.Time // since when another server has other keys; zero: it has not
	told    bool      // that was logged
	noise   rate.Sometimes
}

// A state is what the last check that succeeded has found.
type state struct {
	err      error // why this server must not serve; nil: its keys fit
	differ   bool  // another server has had other keys for long
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
// thousands of keys, and a hint a second: for that it reads only which tokens are to be renewed.
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
			if r.Ready() != nil || r.readRenewals(ctx) != nil {
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
	now := &state{err: r.judge(found), renewals: found.renewals}
	now.differ = r.compareServers(found)
	if now.held, err = r.o.Store.Count(ctx, kids(r.o.Keys().List())); err != nil {
		now.held = r.Held()
	}
	r.tell(now.err)
	r.state.Store(now)
	return err
}

// compare compares the keys that are not revoked. A throwaway key is compared with nothing. Keys that have
// fitted once fit for good: no other server can put all of them out of service.
func (r *Ring) compare(ctx context.Context) (finding, error) {
	stored, err := r.o.Store.Keys(ctx)
	if err != nil {
		return finding{}, err
	}
	var mine []token.Info
	if !r.o.Throwaway {
		mine = slices.DeleteFunc(r.o.Keys().List(), func(k token.Info) bool { return r.o.Revoked(k.ID) })
	}
	fitted := sumOf(mine) == r.fit
	void := slices.DeleteFunc(slices.Collect(maps.Keys(stored)), func(kid string) bool { return !r.o.Revoked(kid) })
	found, err := r.o.Store.compare(ctx, r.name, mine, fitted, append(void, r.replaced(mine, stored)...), r.gone(mine))
	if err == nil && fitted {
		found.verdict = "" // not these keys have changed, but Redis: it was emptied, and another server came first
	}
	if err == nil && found.verdict == "" && !r.o.Throwaway {
		r.fit, r.had = sumOf(mine), mine
	}
	return found, err
}

// gone returns the kids of the keys that this server had and has not any more.
func (r *Ring) gone(mine []token.Info) []string {
	return slices.DeleteFunc(kids(r.had), func(kid string) bool { return slices.Contains(kids(mine), kid) })
}

// replaced returns the kids of the lent keys to which somebody has given another secret since this server
// stored them. Of a key of the servers that is not meant: all PCs would count as unpaired.
func (r *Ring) replaced(mine []token.Info, stored map[string]Key) (all []string) {
	for _, was := range r.had {
		if was.Lent && stored[was.ID].Mark == was.Mark && slices.ContainsFunc(mine, func(k token.Info) bool {
			return k.ID == was.ID && k.Lent && k.Mark != was.Mark
		}) {
			all = append(all, was.ID)
		}
	}
	return all
}

// judge returns why this server must not serve, or nil.
func (r *Ring) judge(f finding) error {
	switch {
	case f.verdict == wrongSecret:
		return fmt.Errorf("the key %s has another secret here than at the servers of this Redis: give all of them the same key file; "+
			"a new key needs a new kid (jumun-server keygen); if the secret was replaced on purpose: jumun-server keys remove --key %[1]s", f.kid)
	case f.verdict == stranger && r.o.Throwaway:
		return fmt.Errorf("this server has a key that is in no file, and the servers of this Redis have others (%s): give it their key file with --keys", names(f.keys))
	case f.verdict == stranger:
		return fmt.Errorf("this server has another key file than the servers of this Redis, which have %s: give it their file; "+
			"if the file was replaced on purpose, revoke the old keys, or: jumun-server keys remove --key KID", names(f.keys))
	}
	return nil
}

// tell logs that this server is, or is not any more, one whose keys fit.
func (r *Ring) tell(err error) {
	switch was := r.Ready(); {
	case err != nil && (was == nil || was.Error() != err.Error()):
		r.o.Log.Error("not ready: " + err.Error() + "; until then it answers 503 to every token that it does not know, so that no PC says that it is not paired")
	case err == nil && was != nil && was != errUnchecked:
		r.o.Log.Info("the keys of this server fit those of the other servers")
	}
}

func kids(list []token.Info) (all []string) {
	for _, k := range list {
		all = append(all, k.ID)
	}
	return all
}

// maxNamed is how many keys a line of the log names.
const maxNamed = 5

// names returns the newest own keys of other servers, with when they were seen last.
func names(keys map[string]Key) string {
	own := slices.DeleteFunc(slices.Collect(maps.Keys(keys)), func(kid string) bool { return keys[kid].Lent })
	slices.SortFunc(own, func(a, b string) int { return keys[b].Seen.Compare(keys[a].Seen) })
	var all []string
	for _, kid := range own[:min(len(own), maxNamed)] {
		all = append(all, fmt.Sprintf("%s (seen %s)", kid, keys[kid].Seen.Format(time.RFC3339)))
	}
	return strings.Join(all, ", ")
}
