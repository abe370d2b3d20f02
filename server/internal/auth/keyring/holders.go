package keyring

import (
	"context"
	"hash/maphash"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/wait"
)

const (
	// maxWaiting tokens may wait to be stored. Further ones are dropped, and come again.
	maxWaiting = 32 << 10
	// gather is how long they wait for others, to be stored together.
	gather = 100 * time.Millisecond
	// atOnce are stored by one script: a millisecond of Redis's time.
	atOnce = 256
	// storeAgain is how often a token is stored that is in use: Redis may have lost it, or a revocation of
	// it was taken back. Streams begin again about as often.
	storeAgain = time.Hour
	// maxRemembered holders are remembered with the token that was stored: 16 bytes each, of all that one
	// server can have.
	maxRemembered = 200_000
	// maxOwn is from how many keys of the servers a holder is taken that has a token of another one:
	// those are the ones between which keys are changed.
	maxOwn = 16
	// lastWrite is how long storing the last ones may take when the server ends.
	lastWrite = 2 * time.Second
)

// Holders counts who holds tokens of which key. A request never waits for it. Make one with NewHolders,
// and Run it once.
type Holders struct {
	store   *Store
	keys    func() *token.Keys
	log     *slog.Logger
	dropped rate.Sometimes
	some    chan struct{} // room for one: several tokens are one reason to write

	mu      sync.Mutex
	seed    maphash.Seed
	stored  map[uint64]uint64 // of a holder: which of its tokens was stored last
	since   time.Time         // when stored was empty
	waiting []holding         // maxWaiting at most
}

// NewHolders returns Holders that count in s. keys returns the keys of this server as they are now.
func NewHolders(s *Store, keys func() *token.Keys, log *slog.Logger) *Holders {
	return &Holders{store: s, keys: keys, log: log, some: make(chan struct{}, 1), seed: maphash.MakeSeed(),
		stored: map[uint64]uint64{}, since: time.Now(), dropped: rate.Sometimes{First: 1, Interval: time.Minute}}
}

// Used notes that a token is in use: its holder needs no other one any more.
func (h *Holders) Used(t token.Token) {
	one := holdingOf(t)
	one.inUse = true
	if h.isNew(t, one.holder) {
		h.note(one)
	}
}

// Issued notes that a token was made. Until it is used, its holder may still need the one before.
func (h *Holders) Issued(t token.Token) { h.note(holdingOf(t)) }

func holdingOf(t token.Token) holding {
	one := holding{key: t.Key, holder: t.Holder(), expires: t.Expires, lent: t.Lent != ""}
	switch first, _ := t.First(); {
	case first == t.Key:
	case t.Lent != "":
		one.first = first // what was made of a lent key's token needs that key too
	default:
		one.origin = first
	}
	return one
}

// isNew reports whether another token of the holder was stored last, or none today, and remembers it.
func (h *Holders) isNew(t token.Token, holder string) bool {
	who := maphash.String(h.seed, holder)
	which := maphash.String(h.seed, t.Key) ^ uint64(t.Expires)
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); len(h.stored) >= maxRemembered || now.Sub(h.since) > storeAgain {
		h.stored, h.since = map[uint64]uint64{}, now
	}
	if last, ok := h.stored[who]; ok && last == which {
		return false
	}
	h.stored[who] = which
	return true
}

func (h *Holders) note(one holding) {
	if !h.wait(one) {
		h.dropped.Do(func() {
			h.log.Warn("which key a token is of was not counted: too many at once; it is counted within an hour")
		})
		return
	}
	select {
	case h.some <- struct{}{}:
	default:
	}
}

func (h *Holders) wait(one holding) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.waiting) >= maxWaiting {
		return false
	}
	h.waiting = append(h.waiting, one)
	return true
}

// Run stores tokens until ctx ends, and then those that still wait, within lastWrite.
func (h *Holders) Run(ctx context.Context) error {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(lastWrite, cancel) })()
	for ctx.Err() == nil {
		select {
		case <-h.some:
			wait.For(ctx, gather)
			h.write(late)
		case <-ctx.Done():
		}
	}
	h.write(late)
	return nil
}

// write stores the tokens that wait, in the order in which they came for each holder.
func (h *Holders) write(ctx context.Context) {
	h.mu.Lock()
	waiting := h.waiting
	h.waiting = nil
	h.mu.Unlock()
	for len(waiting) > 0 {
		n := alike(waiting)
		if err := h.store.hold(ctx, waiting[:n], h.others(waiting[0])); err != nil {
			h.dropped.Do(func() {
				h.log.Warn("how many tokens the keys hold is not counted: trying again with those that come", "err", err)
			})
			h.forget()
			return
		}
		waiting = waiting[n:]
	}
}

// alike returns how many tokens at the beginning one script can store.
func alike(list []holding) int {
	n := slices.IndexFunc(list, func(o holding) bool {
		return o.key != list[0].key || o.first != list[0].first || o.origin != list[0].origin || o.lent != list[0].lent || o.inUse != list[0].inUse
	})
	if n < 0 {
		n = len(list)
	}
	return min(n, atOnce)
}

// forget makes every token that is used be stored again.
func (h *Holders) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.stored)
}

// others returns the keys of the servers of which the holder of a token has none any more: the newest
// ones but that which signed it, if it is in use. A lent key's tokens have holders of their own.
func (h *Holders) others(one holding) (kids []string) {
	if !one.inUse {
		return nil
	}
	for _, k := range slices.Backward(h.keys().List()) {
		if k.ID == one.key && k.Lent {
			return nil
		}
		if !k.Lent && k.ID != one.key && len(kids) < maxOwn {
			kids = append(kids, k.ID)
		}
	}
	return kids
}
