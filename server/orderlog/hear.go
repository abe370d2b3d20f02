package orderlog

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"jumun/shared/order"
)

// Watch has the events of mart delivered from now on, as soon as Redis is there. It only
// says what is wanted: Watch and Unwatch do not wait, and the last call holds.
func (l *Log) Watch(mart order.MartID) { l.marts.want(channel(mart)) }

// Unwatch ends what Watch began. An event or two may still come.
func (l *Log) Unwatch(mart order.MartID) { l.marts.unwant(channel(mart)) }

// Hears returns once Redis has confirmed that mart, which is being watched, is heard on
// the present connection. It waits for that until ctx ends.
func (l *Log) Hears(ctx context.Context, mart order.MartID) error {
	return l.marts.hears(ctx, channel(mart))
}

// Run hears the marts that are watched, and keeps finding out whether Redis is there,
// until ctx ends. deliver gets each mart's events in the order of its log, on one
// goroutine, and must not block. Run always returns nil.
func (l *Log) Run(ctx context.Context, deliver func(order.Event)) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { l.keepProbing(ctx) })
	l.marts.run(ctx, func(channel, payload string) {
		if m, err := l.parse(channel, payload); err != nil {
			l.noise.Do(func() { l.log.Warn("a message on a mart's channel is not ours", "channel", channel, "err", err) })
		} else {
			deliver(m.event)
		}
	})
	return nil
}

func (l *Log) parse(from, payload string) (message, error) {
	tagged := strings.TrimSuffix(strings.TrimPrefix(from, prefix+"{"), "}:events")
	mart := order.MartID(strings.NewReplacer("%25", "%", "%7B", "{", "%7D", "}").Replace(tagged))
	if channel(mart) != from {
		return message{}, fmt.Errorf("channel %.100q: %w", from, order.ErrMalformed)
	}
	return parseMessage(mart, payload)
}

// A Topic hears the messages of one topic.
type Topic struct {
	listener *listener
}

// Topic returns a Topic that Ready counts on from now on: run it.
func (l *Log) Topic(name string) *Topic {
	t := &Topic{newListener(l.client, name)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.topics = append(l.topics, t.listener)
	return t
}

// Run calls hear with each message of the topic until ctx ends, and then returns nil.
// Messages that are published while Redis cannot be reached are lost: that is the
// nature of Pub/Sub. hear is called on one goroutine and must return soon.
func (t *Topic) Run(ctx context.Context, hear func(payload []byte)) error {
	t.listener.run(ctx, func(_, payload string) { hear([]byte(payload)) })
	return nil
}

// Ready says why this pod cannot do its work; nil means that Redis took a write, and
// that everything listened to was heard of, within the last few seconds.
func (l *Log) Ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.probe != nil {
		return l.probe
	}
	err := l.marts.ready()
	for _, t := range l.topics {
		err = cmp.Or(err, t.ready())
	}
	return err
}

// keepProbing writes a key a second: a Redis that is full, or became a replica, answers
// pings well.
func (l *Log) keepProbing(ctx context.Context) {
	was, since := errStarting, time.Now()
	for ctx.Err() == nil {
		l.probeOnce(ctx)
		if is := l.Ready(); l.tellChange(ctx, was, is, since) {
			was, since = is, time.Now()
		}
		wait(ctx, pingEvery)
	}
}

// tellChange logs when Redis went or came back, once each.
func (l *Log) tellChange(ctx context.Context, was, is error, since time.Time) bool {
	wasLost := was != nil && was != errStarting
	isLost := is != nil && is != errStarting
	switch {
	case ctx.Err() != nil: // says nothing about Redis
		return false
	case isLost && !wasLost:
		l.log.Warn("Redis cannot be used: not ready, and trying again", "err", is)
		return true
	case is == nil && was != nil:
		l.log.Info("Redis can be used: ready", "after", time.Since(since).Round(time.Millisecond))
		return true
	}
	return false
}

func (l *Log) probeOnce(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := l.client.Set(ctx, probeKey, "written", 10*time.Second).Err()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.probe = err
}
