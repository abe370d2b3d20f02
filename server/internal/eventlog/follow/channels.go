package follow

import "context"

// Channels receives channels that come and go, all over one connection: messages arrive in the order
// in which its node of Redis published them. Make one with Follower.Channels. It is safe for
// concurrent use.
type Channels struct {
	listener *listener
}

// Channels returns Channels without any channel yet, for main and others beside it: see
// connectAnywhere. Ready depends on it from now on, so the caller must run it.
func (f *Follower) Channels(main string) *Channels {
	c := &Channels{newListener(f.client, connectAnywhere(f.client, main), errStarting)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.topics = append(f.topics, c.listener)
	return c
}

// Hear requests that deliver is called with each message of channel from now on, as soon as Redis is
// there, until the caller calls stop. Messages that are published while Redis cannot be reached are
// lost: that is the nature of Pub/Sub. deliver is called on one goroutine for all channels, and must
// return soon. One channel may be heard once at a time.
func (c *Channels) Hear(channel string, deliver func(payload []byte)) (stop func()) {
	s := &source{channel: channel, deliver: deliver}
	c.listener.want(s)
	return func() { c.listener.unwant(s) }
}

// Err returns why nothing arrives; nil: a probe arrived within the last few seconds.
func (c *Channels) Err() error { return c.listener.ready() }

// Run receives until ctx ends. Run always returns nil.
func (c *Channels) Run(ctx context.Context) error {
	c.listener.run(ctx, channelsHandler{})
	return nil
}

// A channelsHandler hands messages on and keeps nothing.
type channelsHandler struct{}

func (channelsHandler) onMessage(_ context.Context, s *source, payload string) error {
	s.deliver([]byte(payload))
	return nil
}

func (channelsHandler) catchUp(_ context.Context, sources []*source, done func(*source)) error {
	for _, s := range sources {
		done(s)
	}
	return nil
}

func (channelsHandler) onOutage(*source) {}
