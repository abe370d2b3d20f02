package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/command"
	"jumun/server/internal/eventlog"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// patience is how long a test waits for what must come: long, since it ends a failure only.
const patience = 30 * time.Second

// beServer makes this test binary the program itself, for tests that need a process.
const beServer = "JUMUN_TEST_BE_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(beServer) != "" {
		main()
	}
	code, err := withKeys(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not so after %v: %s", patience, what)
		}
	}
}

// said is what a program writes.
type said struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// A program is the whole program, run inside the test.
type program struct {
	out, err said
	cancel   context.CancelFunc
	code     chan int
	url      string
}

func nothing(string) string { return "" }

// start runs a command; the test's end stops it.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	p := &program{cancel: cancel, code: make(chan int, 1)}
	go func() { p.code <- command.Run(ctx, "dev", args, nothing, nil, strings.NewReader(""), &p.out, &p.err) }()
	t.Cleanup(func() { p.stop(t) })
	return p
}

// stop asks it to stop, and returns its exit code.
func (p *program) stop(t *testing.T) int {
	t.Helper()
	p.cancel()
	select {
	case code := <-p.code:
		p.code <- code // for whoever asks again
		return code
	case <-time.After(patience):
		t.Fatalf("did not stop:\n%s", p.err.String())
		return -1
	}
}

var listening = regexp.MustCompile(`listening on (http://[^"\s]+)`)

// serve runs a server and returns once it is ready.
func serve(t *testing.T, args ...string) *program {
	t.Helper()
	p := serveUnready(t, args...)
	eventually(t, "ready", func() bool { return status(t, p.url+wire.ReadyPath) == http.StatusOK })
	return p
}

func serveUnready(t *testing.T, args ...string) *program {
	t.Helper()
	before := goroutines()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		eventually(t, "no goroutine is left", func() bool { return goroutines() <= before })
	})
	p := start(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--keys", ownCopy(t, theKeys)}, args...)...)
	eventually(t, "listening", func() bool {
		if m := listening.FindStringSubmatch(p.err.String()); m != nil {
			p.url = m[1]
		}
		return p.url != ""
	})
	return p
}

// goroutines is how many there are, but those that look after a redis-server.
func goroutines() (n int) {
	for _, s := range stacks() {
		if !strings.Contains(s, "redistest") && !strings.Contains(s, "os/exec") {
			n++
		}
	}
	return n
}

// stacks is what every goroutine is doing.
func stacks() []string {
	all := make([]byte, 1<<20)
	return strings.Split(string(all[:runtime.Stack(all, true)]), "\n\n")
}

func status(t *testing.T, url string) int {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() // unread: it may be a stream
	return res.StatusCode
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func text(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, res)
}

// An event is what a device read: fields by name; comments have the name "".
type event map[string]string

// A device reads a stream.
type device struct {
	res       *http.Response
	connected event
	events    chan event // closed at the stream's end
}

// connect opens a stream of a mart, as a new device, and takes its connect event.
func connect(t *testing.T, url string, mart order.MartID) *device {
	t.Helper()
	return connectAfter(t, url, mart, "")
}

// connectAfter does so as a device that has read up to an ID.
func connectAfter(t *testing.T, url string, mart order.MartID, id string) *device {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url+wire.EventsPath(mart), nil)
	if err != nil {
		t.Fatal(err)
	}
	if id != "" {
		req.Header.Set("Last-Event-ID", id)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", res.Status, read(t, res))
	}
	d := &device{res: res, events: make(chan event, 10_000)}
	go d.read()
	t.Cleanup(d.close)
	d.connected = d.next(t)
	if e := d.connected; e["event"] != wire.ConnectEvent || e["data"] != wire.Connected || e["retry"] == "" {
		t.Fatalf("the first event is %v", e)
	}
	return d
}

func (d *device) close() { _ = d.res.Body.Close() }

func (d *device) read() {
	defer close(d.events)
	e := event{}
	for lines := bufio.NewScanner(d.res.Body); lines.Scan(); {
		if lines.Text() == "" {
			d.events <- e
			e = event{}
			continue
		}
		name, value, _ := strings.Cut(lines.Text(), ":")
		e[name] = strings.TrimPrefix(value, " ")
	}
}

// next is the next event but heartbeats; nil at the stream's end.
func (d *device) next(t *testing.T) event {
	t.Helper()
	late := time.After(patience) // whatever heartbeats come
	for {
		select {
		case e := <-d.events:
			if _, heartbeat := e[""]; !heartbeat {
				return e
			}
		case <-late:
			t.Fatal("no event came")
		}
	}
}

// order is the number of the next event, which must be an order of the mart.
func (d *device) order(t *testing.T, mart order.MartID) order.OrderID {
	t.Helper()
	e := d.next(t)
	o, err := wire.ParseOrder(e["id"], e["data"])
	if err != nil || e["event"] != wire.OrderEvent || o.Mart != mart || o.At.IsZero() {
		t.Fatalf("the event is %v, %v", e, err)
	}
	return o.Order
}

func (d *device) wants(t *testing.T, mart order.MartID, numbers ...order.OrderID) {
	t.Helper()
	for _, want := range numbers {
		if got := d.order(t, mart); got != want {
			t.Fatalf("got order %s, want %s", got, want)
		}
	}
}

// publish is what an order service does, with redis-cli's own protocol.
func publish(t *testing.T, url, topic, message string) {
	t.Helper()
	l, err := eventlog.Open(url, eventlog.Options{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if n, err := l.Publish(t.Context(), topic, []byte(message)); err != nil || n == 0 {
		t.Fatalf("%d heard %.100s, %v", n, message, err)
	}
}

func publication(mart order.MartID, number order.OrderID) string {
	return string(wire.Publication(order.Placement{Mart: mart, Order: number}))
}

func numbers(n int) (all []order.OrderID) {
	for i := range n {
		all = append(all, order.OrderID(fmt.Sprint(i)))
	}
	return all
}
