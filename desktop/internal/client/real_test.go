package client

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// await reads states until one has the name, which fails only by the test's own limit.
func await(t *testing.T, states <-chan State, name string) State {
	t.Helper()
	for {
		select {
		case s := <-states:
			if s.Name == name {
				return s
			}
		case <-t.Context().Done():
			t.Fatalf("never %s", name)
		}
	}
}

// start runs f until the test ends.
func start(t *testing.T, f *Client) (<-chan State, <-chan order.Event) {
	states, events := make(chan State, 1000), make(chan order.Event, 1000)
	f.State = func(s State) { states <- s }
	f.Events = func(read []order.Event) {
		for _, e := range read {
			events <- e
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := f.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); wait.Wait() })
	return states, events
}

func TestTheStreamComesBackWhenTheServerDoes(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say(w, hello, placed("6-0", "42", "a"))
		stay(r)
	})
	server := httptest.NewServer(answer)
	address := server.Listener.Addr().String()
	states, events := start(t, &Client{Server: server.URL, Mart: "42"})
	await(t, states, ipc.Connected)
	<-events
	server.CloseClientConnections()
	_ = server.Listener.Close() // from here on connections are refused
	if s := await(t, states, ipc.Connecting); s.Detail == "" {
		t.Error("no reason")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	again := &http.Server{Handler: answer}
	defer again.Close()
	go func() { _ = again.Serve(listener) }()
	await(t, states, ipc.Connected)
	<-events
}

func TestAHurriedFeedLeavesADeadStreamForANewOne(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say(w, hello)
		if asked.Add(1) > 1 { // the first one is well to look at, and nothing comes any more
			say(w, placed("6-0", "42", "a"))
		}
		stay(r)
	}))
	t.Cleanup(server.Close)
	f := &Client{Server: server.URL, Mart: "42"}
	states, events := start(t, f)
	await(t, states, ipc.Connected)
	began := time.Now()
	f.Reconnect()
	await(t, states, ipc.Connecting)
	await(t, states, ipc.Connected)
	if took := time.Since(began); took > promised {
		t.Errorf("connected after %v", took)
	}
	if e := <-events; e.Order != "a" {
		t.Errorf("got %+v", e)
	}
}

func TestPollsShareAConnectionUntilOneFails(t *testing.T) {
	var from []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from = append(from, r.RemoteAddr); len(from) == 2 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answer(w, `{"events":[],"last":""}`)
	}))
	defer server.Close()
	f := Client{Mart: "42"}
	r := &reader{Client: f.withDefaults(), base: server.URL}
	r.client = r.newClient()
	p := poller{eventHandler: eventHandler{reader: r}}
	for range 3 {
		_, _ = p.poll(t.Context(), byShortPoll)
	}
	if from[0] != from[1] || from[1] == from[2] {
		t.Errorf("connections %q", from)
	}
}

func TestTheCertificateOfAStrangerIsRefused(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of us
	server.StartTLS()
	defer server.Close()
	states, _ := start(t, &Client{Server: server.URL, Mart: "42"})
	await(t, states, ipc.Connecting)
	if s := await(t, states, ipc.Connecting); s.Detail == "" {
		t.Error("no reason")
	}
}

// The environment's proxy is read once per process, so a child has to look for it.
func TestTheProxyOfTheEnvironmentIsUsed(t *testing.T) {
	if os.Getenv("JUMUN_TEST_PROXIED") != "" {
		states, _ := start(t, &Client{Server: "http://jumun.invalid", Mart: "42"})
		await(t, states, ipc.Connected)
		return
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.RequestURI != "http://jumun.invalid/v1/marts/42/events" {
			t.Errorf("the proxy was asked for %s", r.RequestURI)
		}
		say(w, hello)
		stay(r)
	}))
	defer proxy.Close()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=30s")
	child.Env = append(os.Environ(), "JUMUN_TEST_PROXIED=1", "HTTP_PROXY="+proxy.URL)
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
