package follow

import (
	"context"
	"fmt"
	"time"
)

// againTimeout is what again may take: several times what reading a million short entries
// takes. Meanwhile nobody takes what the topic says, and Redis keeps it.
const againTimeout = 30 * time.Second

// A Topic hears the messages of one topic.
type Topic struct {
	listener *listener
}

// Topic returns a Topic that Ready counts on from now on: run it.
func (f *Follower) Topic(name string) *Topic {
	t := &Topic{newListener(f.client, wherever(f.client, name), errStarting)}
	t.listener.want(&source{channel: name})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.topics = append(f.topics, t.listener)
	return t
}

// Run calls hear with each message of the topic until ctx ends, and then returns nil.
// Messages that are published while Redis cannot be reached are lost: that is the nature
// of Pub/Sub. So again, if it is not nil, is called whenever the topic is heard anew,
// before the first message: whoever keeps something by what is said there reads it then.
// Ready waits for it. Its error, or 30 s without an answer, ends the connection, and it is
// called on the next one; a message may be lost by that, as before. Both are called on one
// goroutine; hear must return soon, and again once its ctx ends.
func (t *Topic) Run(ctx context.Context, hear func(payload []byte), again func(ctx context.Context) error) error {
	t.listener.run(ctx, overheard{hear, again})
	return nil
}

// overheard is the ear for a topic: nothing is kept here, so what was missed is for again
// to find.
type overheard struct {
	hear  func(payload []byte)
	again func(ctx context.Context) error // may be nil
}

// take may come before catchUp: between the answers to a subscription and to the ping
// behind it.
func (o overheard) take(ctx context.Context, s *source, payload string) error {
	if err := o.begin(ctx, s); err != nil {
		return err
	}
	o.hear([]byte(payload))
	return nil
}

func (o overheard) catchUp(ctx context.Context, sources []*source, done func(*source)) error {
	for _, s := range sources {
		if err := o.begin(ctx, s); err != nil {
			return err
		}
		done(s)
	}
	return nil
}

// begin calls again, once a session: its end shuts the gate.
func (o overheard) begin(ctx context.Context, s *source) error {
	if o.again == nil || s.heard.isOpen() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, againTimeout)
	defer cancel()
	if err := o.again(ctx); err != nil {
		return fmt.Errorf("what topic %q said before: %w", s.channel, err)
	}
	s.heard.lift()
	return nil
}

func (overheard) lose(*source) {}
