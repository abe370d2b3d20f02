package follow

import (
	"context"
	"fmt"
	"time"
)

// resyncTimeout is what resync may take: several times what reading a million short entries
// takes. Meanwhile the topic's messages wait in Redis.
const resyncTimeout = 30 * time.Second

// A Topic receives the messages of one topic. Make one with Follower.Topic.
type Topic struct {
	listener *listener
}

// Topic returns the Topic called name. Ready depends on it from now on, so the caller must run it.
func (f *Follower) Topic(name string) *Topic {
	t := &Topic{newListener(f.client, connectAnywhere(f.client, name), errStarting)}
	t.listener.want(&source{channel: name})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.topics = append(f.topics, t.listener)
	return t
}

// Err returns why the topic is not received; nil: it is.
func (t *Topic) Err() error { return t.listener.ready() }

// Run calls deliver with each message of the topic until ctx ends, and then returns nil.
// Messages that are published while Redis cannot be reached are lost: that is the nature of
// Pub/Sub. So Run calls resync, unless it is nil, after each connect, before the first message:
// a caller that stores what the topic announces reads it again there. Ready waits for resync.
// When resync returns an error, or takes 30 s, the connection ends, and resync is called again
// on the next one; a message may be lost by that, as before. Run calls both on one goroutine.
// deliver must return soon, and resync must return once its ctx ends.
func (t *Topic) Run(ctx context.Context, deliver func(payload []byte), resync func(ctx context.Context) error) error {
	t.listener.run(ctx, topicHandler{deliver, resync})
	return nil
}

// A topicHandler handles the messages of a topic. It keeps nothing: resync finds what was
// missed.
type topicHandler struct {
	deliver func(payload []byte)
	resync  func(ctx context.Context) error // may be nil
}

// onMessage may come before catchUp: between the answers to a subscription and to the ping
// behind it.
func (t topicHandler) onMessage(ctx context.Context, s *source, payload string) error {
	if err := t.start(ctx, s); err != nil {
		return err
	}
	t.deliver([]byte(payload))
	return nil
}

func (t topicHandler) catchUp(ctx context.Context, sources []*source, done func(*source)) error {
	for _, s := range sources {
		if err := t.start(ctx, s); err != nil {
			return err
		}
		done(s)
	}
	return nil
}

// start calls resync once a session: the end of a session shuts the gate.
func (t topicHandler) start(ctx context.Context, s *source) error {
	if t.resync == nil || s.heard.isOpen() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, resyncTimeout)
	defer cancel()
	if err := t.resync(ctx); err != nil {
		return fmt.Errorf("read what topic %q has announced: %w", s.channel, err)
	}
	s.heard.setOpen()
	return nil
}

func (topicHandler) onOutage(*source) {}
