//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"jumun/server/bench/procs"
	"jumun/server/bench/transports/socket"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
)

// TestTheServerForWebSocketEnds ends it in two ways, each of which has it end the rest too.
func TestTheServerForWebSocketEnds(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys.json")
	if _, err := token.AddKey(keys, nil, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		end   func(redis *redistest.Redis, leave func())
		fails bool
	}{
		{"when it is asked to", func(_ *redistest.Redis, leave func()) { leave() }, false},
		{"when Redis is gone", func(redis *redistest.Redis, _ func()) { redis.Kill() }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			redis := redistest.Start(t)
			port, err := procs.FreePort()
			if err != nil {
				t.Fatal(err)
			}
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			address, ended := fmt.Sprintf("127.0.0.1:%d", port), make(chan error, 1)
			go func() {
				ended <- serve(ctx, []string{"--listen", address, "--redis", redis.URL(), "--keys", keys}, io.Discard)
			}()
			for ready := false; !ready; { // the test's own time limit ends this
				answer, err := http.Get("http://" + address + "/readyz")
				if err == nil {
					_ = answer.Body.Close()
				}
				ready = err == nil && answer.StatusCode == http.StatusOK
			}
			tt.end(redis, leave)
			if err := <-ended; (err != nil) != tt.fails {
				t.Error(err)
			}
		})
	}
}

func TestAServerThatCannotServeDoesNotListenToRedisForEver(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	s := socket.New(token.Throwaway(time.Now()), time.Hour)
	if err := both(t.Context(), l, s, redistest.Start(t).URL()); err == nil {
		t.Error("it ended without saying why")
	}
}
