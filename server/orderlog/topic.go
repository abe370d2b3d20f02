package orderlog

import "context"

// A Topic hears the messages of one topic.
type Topic struct {
	listener *listener
}

// Topic returns a Topic that Ready counts on from now on: run it.
func (l *Log) Topic(name string) *Topic {
	t := &Topic{newListener(l.client, wherever(l.client, name), errStarting)}
	t.listener.want(&source{channel: name})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.topics = append(l.topics, t.listener)
	return t
}

// Run calls hear with each message of the topic until ctx ends, and then returns nil.
// Messages that are published while Redis cannot be reached are lost: that is the
// nature of Pub/Sub. hear is called on one goroutine and must return soon.
func (t *Topic) Run(ctx context.Context, hear func(payload []byte)) error {
	t.listener.run(ctx, overheard(hear))
	return nil
}

// overheard is the ear for a topic: nothing is kept, so there is nothing to catch up.
type overheard func(payload []byte)

func (hear overheard) take(_ context.Context, _ *source, payload string) error {
	hear([]byte(payload))
	return nil
}

func (overheard) catchUp(_ context.Context, sources []*source, done func(*source)) error {
	for _, s := range sources {
		done(s)
	}
	return nil
}

func (overheard) lose(*source) {}
