package refusals

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/redistest"
)

func TestRefusalsOfOneKindAreCountedTogetherAndNoneIsLostWhileRedisIsAway(t *testing.T) {
	redis := redistest.Start(t)
	client, err := redisconn.Dial(redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	l := New(client, slog.New(slog.DiscardHandler))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		l.Note("topic", "not-json")
	}
	l.write(ended) // as if Redis were away
	l.Note("topic", "not-json")
	if err := l.Run(ended); err != nil {
		t.Fatal(err)
	}
	for i := range maxKinds + 5 {
		l.Note("http", fmt.Sprint(i))
	}
	if len(l.waiting) != maxKinds {
		t.Errorf("%d kinds wait", len(l.waiting))
	}
	all, err := l.Last(t.Context())
	if err != nil || len(all) != 1 || all[0].Count != 4 || all[0].Reason != "not-json" || all[0].At.IsZero() {
		t.Errorf("%+v %v", all, err)
	}
}
