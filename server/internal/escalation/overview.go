package escalation

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// lookAgain is how old what an Overview shows may be: looking at ten thousand marts costs Redis as much as a second's
// orders of a large chain, and several people may watch.
const lookAgain = 3 * time.Second

// An Overview is what is known of all marts, for people who look at them. Make one with NewOverview. It is safe for
// concurrent use.
type Overview struct {
	watched Watched
	looking chan struct{} // room for whoever looks; it guards the rest
	at      time.Time
	all     []wire.MartStatus
}

// NewOverview returns an Overview of the marts of w.
func NewOverview(w Watched) *Overview {
	return &Overview{watched: w, looking: make(chan struct{}, 1)}
}

// A Wanted says which marts a page has.
type Wanted struct {
	Own         []order.MartID // to choose from; nil: all
	State       wire.MartState // "": any
	Text        string         // in the ID or the name, in any case; "": any
	From, Limit int
}

// Page returns the marts that are wanted, those where nobody can be heard first, and of those the ones whose orders wait
// longest.
func (o *Overview) Page(ctx context.Context, want Wanted) (wire.Overview, error) {
	all, err := o.marts(ctx, want.Own)
	if err != nil {
		return wire.Overview{}, err
	}
	page := wire.Overview{States: map[wire.MartState]int{wire.MartUnheard: 0, wire.MartUnknown: 0, wire.MartHeard: 0}, Marts: []wire.MartStatus{}}
	text := spelled(want.Text)
	for _, m := range all {
		page.States[m.State]++
		page.OrdersOpen += m.OrdersOpen
		if want.State != "" && m.State != want.State || !found(m, text) {
			continue
		}
		if page.Total++; page.Total > want.From && len(page.Marts) < want.Limit {
			page.Marts = append(page.Marts, m)
		}
	}
	return page, nil
}

// found reports whether a text, as spelled returns it, is in the ID or the name of a mart.
func found(m wire.MartStatus, text string) bool {
	return text == "" || strings.Contains(spelled(string(m.MartID)), text) || strings.Contains(spelled(m.Name), text)
}

// spelled returns s in the one spelling in which texts are compared: a name that was copied on a Mac has other bytes than one that
// was typed.
func spelled(s string) string { return strings.ToLower(order.Normalize(s)) }

// marts returns those of own, or all, in the order in which they are shown.
func (o *Overview) marts(ctx context.Context, own []order.MartID) ([]wire.MartStatus, error) {
	if own != nil {
		return o.watched.sorted(ctx, own)
	}
	select {
	case o.looking <- struct{}{}:
		defer func() { <-o.looking }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if time.Since(o.at) < lookAgain {
		return o.all, nil
	}
	// Others wait for it, so whoever began it must not end it by leaving.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*redisconn.IOTimeout)
	defer cancel()
	listed, err := o.watched.listed(ctx)
	if err == nil {
		o.all, err = o.watched.sorted(ctx, listed)
	}
	if err != nil {
		o.at = time.Time{}
		return nil, err
	}
	o.at = time.Now()
	return o.all, nil
}

// listed returns all marts of which Redis knows anything.
func (w Watched) listed(ctx context.Context) (all []order.MartID, err error) {
	for after := order.MartID(""); ; {
		some, err := w.Orders.Marts(ctx, after, scanMarts)
		if err != nil || len(some) == 0 {
			return all, err
		}
		all, after = append(all, some...), some[len(some)-1]
	}
}

// sorted returns the status of each mart with its name, in the order in which people need them.
func (w Watched) sorted(ctx context.Context, marts []order.MartID) ([]wire.MartStatus, error) {
	all := make([]wire.MartStatus, 0, len(marts))
	for some := range slices.Chunk(marts, listAtOnce) {
		looks, err := w.look(ctx, some)
		if err != nil {
			return nil, err
		}
		names, err := w.Devices.MartNames(ctx, some)
		if err != nil {
			return nil, err
		}
		for i, l := range looks {
			status := l.status()
			status.Name = names[i]
			all = append(all, status)
		}
	}
	slices.SortFunc(all, byNeed)
	return all, nil
}

// byNeed orders marts by how much they need somebody. Of two numbers the shorter one is the smaller one.
func byNeed(a, b wire.MartStatus) int {
	return cmp.Or(cmp.Compare(rank(a.State), rank(b.State)), byAge(a, b),
		cmp.Compare(len(a.MartID), len(b.MartID)), cmp.Compare(a.MartID, b.MartID))
}

func rank(s wire.MartState) int {
	return slices.Index([]wire.MartState{wire.MartUnheard, wire.MartUnknown, wire.MartHeard}, s)
}

// byAge orders marts by how long an order waits there.
func byAge(a, b wire.MartStatus) int {
	if a.OldestAt.IsZero() || b.OldestAt.IsZero() {
		return b.OldestAt.Compare(a.OldestAt) // one without any comes last
	}
	return a.OldestAt.Compare(b.OldestAt)
}
