package follow

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"jumun/server/internal/redistest"
)

// A reading is what somebody does who keeps something by what a topic says.
type reading struct {
	mu      sync.Mutex
	said    []string // "again", and what was heard, in order
	failing error    // of again
}

func (r *reading) hear(payload []byte) { r.say(string(payload)) }

func (r *reading) again(ctx context.Context) error {
	r.say("again")
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, bounded := ctx.Deadline(); !bounded {
		return errors.New("it may take for ever")
	}
	return r.failing
}

func (r *reading) say(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, what)
}

func (r *reading) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failing = err
}

func (r *reading) count(what string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.said {
		if s == what {
			n++
		}
	}
	return n
}

// read reads a topic; failing is what comes of it.
func (r *running) read(t *testing.T, failing error) *reading {
	reading := &reading{failing: failing}
	topic := r.Topic("changed")
	during(t, func(ctx context.Context) { _ = topic.Run(ctx, reading.hear, reading.again) })
	return reading
}

func TestWhatATopicSaidBeforeIsReadWheneverItIsHeardAnew(t *testing.T) {
	redis := redistest.Start(t)
	r := run(t, redis.URL())
	reading := r.read(t, nil)
	r.until(t, true)
	if n := reading.count("again"); n != 1 {
		t.Fatalf("ready, and it was read %d times", n)
	}
	redis.Ask("PUBLISH", "changed", "hello")
	until(t, "it is heard", func() bool { return reading.count("hello") == 1 })
	redis.Kill()
	r.until(t, false)
	redis.Restart()
	r.until(t, true)
	if n := reading.count("again"); n != 2 {
		t.Errorf("ready after Redis was away, and it was read %d times", n)
	}
}

func TestAPodIsNotReadyBeforeWhatATopicSaidIsRead(t *testing.T) {
	redis := redistest.Start(t)
	r := run(t, redis.URL())
	r.until(t, true)
	broken := errors.New("cannot be read")
	reading := r.read(t, broken)
	until(t, "it is tried again", func() bool { return reading.count("again") > 2 })
	if err := r.Ready(); !errors.Is(err, broken) {
		t.Fatalf("ready: %v", err)
	}
	reading.fail(nil)
	r.until(t, true)
}

func TestAMessageThatComesBeforeTheFirstAnswerWaitsForWhatWasSaidBefore(t *testing.T) {
	reading, s := &reading{}, &source{channel: "changed"}
	handler := topicHandler{reading.hear, reading.again}
	reading.fail(errors.New("cannot be read"))
	if handler.onMessage(t.Context(), s, "lost") == nil {
		t.Error("the session goes on")
	}
	reading.fail(nil)
	caughtUp := 0
	for _, err := range []error{
		handler.onMessage(t.Context(), s, "early"),
		handler.catchUp(t.Context(), []*source{s}, func(*source) { caughtUp++ }),
		handler.onMessage(t.Context(), s, "later"),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if want := []string{"again", "again", "early", "later"}; !slices.Equal(reading.said, want) || caughtUp != 1 {
		t.Errorf("%q, caught up %d times", reading.said, caughtUp)
	}
}

func TestAnAgainThatHangsEndsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := topicHandler{resync: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
		err := handler.catchUp(t.Context(), []*source{{channel: "changed"}}, nil)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ends with %v", err)
		}
	})
}
