package follow

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// lines is what a log says, to be read while it does.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func TestARedisThatIsSetUpToLoseOrdersIsTold(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want []string
	}{
		{"one that keeps everything", []string{"--appendonly", "yes"}, nil},
		{"one that keeps nothing on disk", nil, []string{"appendonly yes"}},
		{"one that evicts", []string{"--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"}, []string{"noeviction"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var said lines
			log := slog.New(slog.NewTextHandler(&said, nil))
			l, err := eventlog.Open(redistest.Start(t, tt.args...).URL(), eventlog.Options{}, log)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			ctx, cancel := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			wg.Go(func() { _ = New(l, log).Run(ctx, func(order.Event) {}, func(order.MartID) {}) })
			until(t, "ready", func() bool { return strings.Contains(said.String(), "can be used: ready") })
			cancel()
			wg.Wait()
			if n := strings.Count(said.String(), "level=WARN"); n != len(tt.want) {
				t.Errorf("it said:\n%s", said.String())
			}
			for _, want := range tt.want {
				if !strings.Contains(said.String(), want) {
					t.Errorf("nothing says %s:\n%s", want, said.String())
				}
			}
		})
	}
}
