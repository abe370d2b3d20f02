package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"time"

	"jumun/server/hub"
	"jumun/server/problem"
	"jumun/server/stream"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// routes is everything that is served.
func (p *pod) routes(out *stream.Handler, acks, metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(wire.EventsPattern, out)
	mux.HandleFunc(wire.OrdersPattern, out.Poll)
	mux.Handle(wire.AckPattern, acks)
	mux.Handle(wire.PublishPath, p.intake)
	mux.Handle(wire.MetricsPath, getOnly(metrics))
	mux.Handle(wire.LivePath, getOnly(http.HandlerFunc(ok)))
	mux.Handle(wire.ReadyPath, getOnly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.ready() != nil {
			problem.NotReady(w)
			return
		}
		ok(w, r)
	})))
	mux.HandleFunc("/", problem.NoSuchPath)
	return canonical(mux)
}

func ok(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, "ok\n")
}

func getOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			problem.Method(w, http.MethodGet)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// canonical answers itself where ServeMux would redirect: a device takes no redirects.
func canonical(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := r.URL.EscapedPath(); path.Clean(p) != p {
			problem.NoSuchPath(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// httpServer reads no more than a request line and headers from anyone. It has no
// write timeout: streams are long, and each write has its own.
func httpServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// joined is a device of the hub, as a stream wants it.
type joined struct {
	*hub.Device
	hub *hub.Hub
}

func (j joined) Leave()         { j.hub.Leave(j.Device) }
func (j joined) Reason() string { return string(j.Device.Reason()) }

func join(h *hub.Hub) func(context.Context, order.MartID) (stream.Device, error) {
	return func(ctx context.Context, mart order.MartID) (stream.Device, error) {
		d, err := h.Join(ctx, mart)
		if errors.Is(err, hub.ErrDraining) {
			return nil, stream.ErrDraining
		}
		if err != nil {
			return nil, err
		}
		return joined{d, h}, nil
	}
}
