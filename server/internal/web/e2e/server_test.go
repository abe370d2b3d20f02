//go:build linux

package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"jumun/server/internal/command"
	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// A server is the whole program, run inside the test, with a Redis of its own.
type server struct {
	t      *testing.T
	url    string
	public string // the URL that browsers know; "": url
	store  *redistest.Redis
	redis  string // its URL
	keys   string
	logged lines
	stop   func()
}

type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var listening = regexp.MustCompile(`listening on http://([^"\s]+)`)

func startServer(t *testing.T, flags ...string) *server {
	t.Helper()
	s := newServer(t)
	s.serve("127.0.0.1:0", flags...)
	return s
}

// newServer returns a server that does not run yet.
func newServer(t *testing.T) *server {
	t.Helper()
	store := redistest.Start(t)
	s := &server{t: t, store: store, redis: store.URL(), keys: filepath.Join(t.TempDir(), "keys.json")}
	s.run("keygen", "--keys", s.keys)
	return s
}

// serve runs the server until stop. Chromium takes localhost for as safe as https, so that it keeps the cookie.
func (s *server) serve(address string, flags ...string) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	ended := make(chan struct{})
	s.logged = lines{}
	go func() {
		defer close(ended)
		command.Run(ctx, "test", append([]string{"serve", "--listen", address, "--keys", s.keys, "--redis", s.redis, "--drain", "0s"}, flags...), func(string) string { return "" }, nil, strings.NewReader(""), io.Discard, &s.logged)
	}()
	s.stop = func() { cancel(); <-ended }
	s.t.Cleanup(s.stop)
	eventually(s.t, "listening", func() bool {
		m := listening.FindStringSubmatch(s.logged.String())
		if m == nil {
			return false
		}
		_, port, _ := strings.Cut(m[1], ":")
		s.url = "http://localhost:" + port
		res, err := http.Get(s.url + wire.ReadyPath)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, s.logged.String)
}

// run runs a command, and returns what it prints.
func (s *server) run(args ...string) string {
	s.t.Helper()
	var out, stderr lines
	if code := command.Run(s.t.Context(), "test", args, func(string) string { return "" }, nil, strings.NewReader(""), &out, &stderr); code != 0 {
		s.t.Fatalf("%v: %d %s", args, code, stderr.String())
	}
	return out.String()
}

func (s *server) publish(message map[string]any) {
	s.t.Helper()
	body, _ := json.Marshal(message)
	s.run("order", "--redis", s.redis, "--message", string(body))
}

// order publishes an order of mart 42.
func (s *server) order(number string) {
	s.t.Helper()
	s.publish(map[string]any{"martId": "42", "orderId": number})
}

func (s *server) token(role wire.Role) string {
	s.t.Helper()
	return strings.TrimSpace(s.run("token", "--keys", s.keys, "--role", string(role), "--mart", "42", "--name", "관리자 페이지"))
}

// link returns the address of the receiver with a new pairing code in it.
func (s *server) link() string {
	s.t.Helper()
	var made struct{ Page string }
	if err := json.Unmarshal([]byte(s.run("pair", "--redis", s.redis, "--mart", "42", "--name", "강남점", "--public-url", cmp.Or(s.public, s.url), "--json")), &made); err != nil {
		s.t.Fatal(err)
	}
	return made.Page
}

// as sends a request with a device's token, and returns the body of the answer.
func (s *server) as(token, method, path, body string) string {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	if res.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s %s", method, path, res.Status, answer)
	}
	return string(answer)
}

// status returns with which status a token is answered.
func (s *server) status(token, path string) int {
	s.t.Helper()
	req, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// metric returns the value of one of the server's metrics.
func (s *server) metric(name string) (value float64) {
	res, err := http.Get(s.url + wire.MetricsPath)
	if err != nil {
		return -1
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			_, _ = fmt.Sscan(rest, &value)
		}
	}
	return value
}
