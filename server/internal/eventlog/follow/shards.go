package follow

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"

	"jumun/shared/order"
)

// shards assigns every mart that is wanted to the listener of the node that serves it: one
// listener, or on a Cluster one a node, because a sharded channel is published only there.
// When a slot moves, its marts move to the listener of the other node.
type shards struct {
	client  redis.UniversalClient
	cluster *redis.ClusterClient // nil: there is one node, without a name
	changed chan struct{}        // room for one: a mart has no listener yet

	mu        sync.Mutex
	marts     map[order.MartID]*source
	listeners map[string]*listener // by the address of their node
	err       error                // why some marts have no listener
}

func newShards(client redis.UniversalClient) *shards {
	s := &shards{client: client, changed: make(chan struct{}, 1)}
	s.marts, s.listeners = make(map[order.MartID]*source), make(map[string]*listener)
	if s.cluster, _ = client.(*redis.ClusterClient); s.cluster == nil {
		s.listeners[""] = newListener(client, connectAnywhere(client, ""), errStarting)
	}
	return s
}

func (s *shards) want(mart order.MartID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.marts[mart] != nil {
		return
	}
	m := newSource(mart)
	s.marts[m.mart] = m
	if s.cluster == nil {
		s.move(m, s.listeners[""])
		return
	}
	notify(s.changed) // finding its node may take a while
}

func (s *shards) unwant(mart order.MartID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.marts[mart]; m != nil {
		m.dropped.Store(true)
		s.move(m, nil)
		delete(s.marts, mart)
	}
}

// move assigns m to home, or to no listener if home is nil. The caller holds the lock.
func (s *shards) move(m *source, home *listener) {
	if m.home != nil {
		m.home.unwant(m)
	}
	if m.home = home; home != nil {
		home.want(m)
	}
}

// heard reports whether mart is received and caught up, and returns a channel that is closed
// once it is; nil for a mart that is not wanted.
func (s *shards) heard(mart order.MartID) (heard bool, opened <-chan struct{}) {
	if m := s.source(mart); m != nil {
		return m.heard.wait()
	}
	return false, nil
}

// source returns the source of mart, or nil if it is not wanted.
func (s *shards) source(mart order.MartID) *source {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.marts[mart]
}

// ready returns why no mart is received; nil means that some are, or that none is wanted. The marts of
// a node that is away are sent elsewhere by themselves: see reportOutages.
func (s *shards) ready() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.err
	for _, l := range s.listeners {
		if s.cluster != nil && l.any() == "" { // it is about to go
			continue
		}
		why := l.ready()
		if why == nil {
			return nil
		}
		err = cmp.Or(err, why)
	}
	return err
}

// run receives until ctx ends.
func (s *shards) run(ctx context.Context, h handler) {
	if s.cluster == nil {
		s.listeners[""].run(ctx, h)
		return
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	stops := make(map[string]context.CancelFunc)
	for ctx.Err() == nil {
		s.assign(ctx)
		s.startAndStop(ctx, stops, func(ctx context.Context, l *listener) {
			wg.Go(func() { l.run(ctx, h) })
		})
		s.pause(ctx)
	}
}

func (s *shards) pause(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, probeInterval)
	defer cancel()
	select {
	case <-s.changed:
	case <-ctx.Done():
	}
}

// assign assigns every mart to the listener of the node that has its slot now.
func (s *shards) assign(ctx context.Context) {
	var failed error
	for _, m := range s.all() {
		node, err := s.cluster.MasterForKey(ctx, m.channel)
		if err != nil {
			failed = fmt.Errorf("find the node of a mart: %w", err)
			if ctx.Err() != nil {
				return
			}
			break // the others will not be found either
		}
		s.place(m, node.Options().Addr)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = failed
}

func (s *shards) all() []*source {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*source, 0, len(s.marts))
	for _, m := range s.marts {
		all = append(all, m)
	}
	return all
}

func (s *shards) place(m *source, node string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.listeners[node]
	if m.dropped.Load() || m.home != nil && m.home == l {
		return
	}
	if l == nil { // no error yet: one node more is no reason not to be ready
		l = newListener(s.client, nil, nil)
		l.sharded, l.connect = true, s.connectTo(l, node)
		s.listeners[node] = l
	}
	s.move(m, l)
}

// startAndStop starts listeners that are new, and stops those that have no mart left.
func (s *shards) startAndStop(ctx context.Context, stops map[string]context.CancelFunc, start func(context.Context, *listener)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for node, l := range s.listeners {
		switch {
		case stops[node] == nil:
			running, stop := context.WithCancel(ctx)
			stops[node] = stop
			start(running, l)
		case l.any() == "":
			stops[node]()
			delete(stops, node)
			delete(s.listeners, node)
		}
	}
}
