package command

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"time"
)

// A logFormat is how the log is written: text or json.
type logFormat string

func (f logFormat) to(w io.Writer) *slog.Logger {
	if f == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// warnOfReplicas warns of what nobody expects who asks for replicas: they make orders wait.
func (c *serveCommand) warnOfReplicas(log *slog.Logger) {
	if c.Replicas > 0 {
		log.Warn("while fewer replicas than --replicas are there, publishers get 503 and the orders of the topic and of the stream wait: keep one replica more than that",
			"replicas", c.Replicas)
	}
}

// debug returns what serves Go's profiles, if the flags ask for them. They tell secrets, and cost time: only
// this machine may have them.
func (c *serveCommand) debug(ctx context.Context, log *slog.Logger) (runner, error) {
	if c.DebugListen == "" {
		return idle, nil
	}
	if loopback, err := isLoopback(c.DebugListen); err != nil {
		return nil, err
	} else if !loopback {
		return nil, advise(errors.New("profiles tell secrets: they are for this machine"), "set --debug-listen to an address on 127.0.0.1", "--debug-listen을 127.0.0.1로 지정하세요")
	}
	l, err := listen(ctx, c.DebugListen, "--debug-listen")
	if err != nil {
		return nil, err
	}
	log.Info("profiles are served", "url", "http://"+l.Addr().String()+"/debug/pprof/")
	server := &http.Server{Handler: profiles(), ReadHeaderTimeout: 5 * time.Second}
	return func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = server.Close() })()
		if err := server.Serve(l); ctx.Err() == nil {
			log.Warn("profiles are not served any more", "err", err) // orders ring without them
		}
		<-ctx.Done()
		return nil
	}, nil
}

func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
