//go:build linux

package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"jumun/server/bench/transports/socket"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/redisconn"
	"jumun/shared/wire"
)

// serve is the server for WebSocket. It has those flags of jumun-server that it needs, so
// that both are started alike.
func serve(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("listen", "127.0.0.1:0", "address to serve devices on")
	redis := flags.String("redis", "", "URL of Redis")
	keys := flags.String("keys", "", "file with the keys that sign tokens")
	if err := flags.Parse(args); err != nil {
		return err
	}
	read, err := token.ReadKeyFile(*keys, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *address)
	if err != nil {
		return err
	}
	return both(ctx, listener, socket.New(read, wire.Heartbeat), *redis)
}

// both serves on l and listens to Redis, until ctx ends or one of them fails.
func both(ctx context.Context, l net.Listener, s *socket.Server, redis string) error {
	ctx, stop := context.WithCancel(ctx)
	var hears atomic.Bool
	server := http.Server{Handler: routes(s, &hears), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	heard := make(chan error, 1)
	go func() {
		defer stop()
		heard <- hear(ctx, redis, s, &hears)
	}()
	err := server.Serve(l)
	stop()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, <-heard)
}

func routes(s *socket.Server, hears *atomic.Bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+socket.Pattern, s)
	mux.HandleFunc("GET "+wire.ReadyPath, func(w http.ResponseWriter, _ *http.Request) {
		if !hears.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return mux
}

// hear passes what is published on the topic to s until ctx ends, or until Redis fails.
func hear(ctx context.Context, address string, s *socket.Server, hears *atomic.Bool) error {
	client, err := redisconn.Dial(address)
	if err != nil {
		return err
	}
	defer client.Close()
	subscription := client.Subscribe(ctx, topic)
	defer context.AfterFunc(ctx, func() { _ = subscription.Close() })() // its reading does not end with ctx
	defer subscription.Close()
	if _, err := subscription.Receive(ctx); err != nil { // that it is subscribed
		return err
	}
	hears.Store(true)
	for {
		message, err := subscription.ReceiveMessage(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		s.Take([]byte(message.Payload))
	}
}
