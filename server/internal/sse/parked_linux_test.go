package sse

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/internal/sse/netpoll"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A hijackable is a ResponseWriter whose connection can be hijacked.
type hijackable struct {
	http.ResponseWriter
	conn net.Conn
}

func (b hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) { return b.conn, nil, nil }

// A seen connection calls wrote before every write.
type seen struct {
	*net.UnixConn
	wrote func(string)
}

func (s seen) Write(p []byte) (int, error) { s.wrote("a write"); return s.UnixConn.Write(p) }

// ends returns both ends of a connection without a network.
func ends(t *testing.T) (mine, peer *net.UnixConn) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	var conns [2]*net.UnixConn
	for i, fd := range fds {
		file := os.NewFile(uintptr(fd), "end")
		c, err := net.FileConn(file)
		_ = file.Close()
		if err != nil {
			t.Fatal(err)
		}
		conns[i] = c.(*net.UnixConn)
	}
	return conns[0], conns[1]
}

func TestNoEventIsLeftOutOrSentTwiceWhenAStreamIsParked(t *testing.T) {
	tests := []struct {
		name         string
		before       int
		lastID, head string
		first        int // the first that is wanted
	}{
		{"for a new device of a mart with open orders", 4, "", "", 1},
		{"for a device that missed some", 4, "1-0", "", 2},
		{"for a device that missed some of what the pod knows", 4, "1-0", "4-0", 2},
		{"for a device that has all that the pod knows", 4, "4-0", "4-0", 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			poller, err := netpoll.New(pollerOptions())
			if err != nil {
				t.Fatal(err)
			}
			q := &harness{counted: &counted{Options: Options{Poller: poller}}}
			q.run(t)
			for _, p := range plans(moments) {
				m := newMemory(tt.before)
				m.perPage, m.head = 3, order.ID(tt.head)
				m.moment = p.follow(t, m)
				c := options(m)
				c.Poller = poller
				conn, peer := ends(t)
				r := get(t, wire.EventsPath("42"))
				r.Header.Set("Last-Event-ID", tt.lastID)
				h := New(c.Options)
				h.ServeHTTP(hijackable{httptest.NewRecorder(), seen{conn, m.moment}}, r)
				_, text, _ := strings.Cut(rest(t, peer), "\r\n\r\n")
				_ = peer.Close()
				if err := h.Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
				got, want := orders(t, read(t, text)), numbers(tt.first, tt.before+2)
				if !slices.Equal(got, want) || fmt.Sprint(c.ended) != "[drain]" || c.delivered != len(want) || c.left != 1 {
					t.Fatalf("%+v: got %v, want %v; ended %v, left %d, delivered %d:\n%s", p, got, want, c.ended, c.left, c.delivered, text)
				}
			}
		})
	}
}

func TestAParkedStreamHasTheHeaderOfItsHTTPVersion(t *testing.T) {
	for _, tt := range []struct{ proto, want string }{{"HTTP/1.1", "HTTP/1.1"}, {"HTTP/1.0", "HTTP/1.0"}, {"HTTP/1.9", "HTTP/1.1"}} {
		t.Run(tt.proto, func(t *testing.T) {
			q := startServer(t, newMemory(1), asTheyAre)
			c := q.dial(t, tt.proto, "")
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			if date, err := http.ParseTime(res.Header.Get("Date")); err != nil || time.Since(date).Abs() > patience {
				t.Errorf("its date is %v: %v", date, err)
			}
			res.Header.Del("Date")
			res.Header.Del("Connection") // it is in res.Close
			want := http.Header{"Content-Type": {"text/event-stream"}, "Cache-Control": {"no-cache, no-transform"}, "X-Accel-Buffering": {"no"}}
			if !res.Close || fmt.Sprint(res.Header) != fmt.Sprint(want) || res.Status != "200 OK" || res.Proto != tt.want || res.ContentLength != -1 || res.TransferEncoding != nil {
				t.Errorf("%s %s, %d bytes: %v", res.Proto, res.Status, res.ContentLength, res.Header)
			}
			q.isParked(t, 1)
			q.memory.happen()
			q.memory.shed(wire.ByeDrain)
			if got := orders(t, read(t, rest(t, res.Body))); !slices.Equal(got, numbers(1, 2)) {
				t.Errorf("got %v", got)
			}
			q.isOver(t, wire.ByeDrain)
		})
	}
}

func TestAParkedStreamEndsOnce(t *testing.T) {
	soon := func(c *counted, _ *netpoll.Options) { c.Lifetime = 20 * time.Millisecond }
	impatient := func(_ *counted, opts *netpoll.Options) { opts.WriteTimeout = 100 * time.Millisecond }
	tests := []struct {
		name   string
		change func(*counted, *netpoll.Options)
		end    func(q *harness, c net.Conn)
		why    string
		bye    bool
	}{
		{"its device leaves", asTheyAre, func(_ *harness, c net.Conn) { _ = c.Close() }, Disconnected, false},
		{"its device leaves by half", asTheyAre, func(_ *harness, c net.Conn) { _ = c.(*net.TCPConn).CloseWrite() }, Disconnected, false},
		{"the poller ends", asTheyAre, func(q *harness, _ net.Conn) { q.end() }, Disconnected, false},
		{"the server stops", asTheyAre, func(q *harness, _ net.Conn) { q.memory.shed(wire.ByeDrain) }, wire.ByeDrain, true},
		{"it is revoked", asTheyAre, func(q *harness, _ net.Conn) { q.memory.revoke() }, wire.ByeRevoked, true},
		{"its lifetime ends", soon, func(*harness, net.Conn) {}, wire.ByeLifetime, true},
		{"its token expires", func(c *counted, _ *netpoll.Options) {
			c.Expires = func(context.Context) time.Time { return time.Now().Add(20 * time.Millisecond) }
		}, func(*harness, net.Conn) {}, wire.ByeExpired, true},
		{"its device does not read", impatient, func(q *harness, _ net.Conn) { q.publishUntil(func() bool { return q.memory.joined() == 0 }) }, Stuck, false},
		{"it is stuck, and then revoked", asTheyAre, func(q *harness, c net.Conn) {
			for range 2000 {
				q.memory.happen()
			}
			q.memory.revoke()
			_ = c.Close()
		}, Disconnected, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := startServer(t, newMemory(0), tt.change)
			c, res, _ := q.open(t, "")
			if tt.why != wire.ByeLifetime && tt.why != wire.ByeExpired {
				q.isParked(t, 1)
			}
			tt.end(q, c)
			q.isOver(t, tt.why)
			if !tt.bye {
				return
			}
			events := read(t, strings.ReplaceAll(rest(t, res.Body), ":\n\n", ""))
			if len(events) != 1 || events[0].Type != wire.ByeEvent || !strings.HasPrefix(events[0].Data, `{"reason":"`+tt.why+`"`) {
				t.Errorf("it ended with %+v", events)
			}
		})
	}
}

// publishUntil publishes orders until isSo returns true.
func (q *harness) publishUntil(isSo func() bool) {
	for !isSo() {
		q.memory.happen()
	}
}

func TestWhatWaitsForAParkedStreamComesBeforeItsByeUnlessItIsSlowOrRevoked(t *testing.T) {
	tests := []struct {
		why string
		all bool
	}{
		{wire.ByeDrain, true}, {wire.ByeLifetime, true}, {wire.ByeExpired, true}, {wire.ByeRevoked, false}, {wire.ByeSlow, false},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			const many = 5000 // many more than the kernel takes
			q := startServer(t, newMemory(0), asTheyAre)
			_, res, text := q.open(t, "")
			q.isParked(t, 1)
			for range many {
				q.memory.happen()
			}
			q.memory.shed(tt.why)
			events := read(t, text+rest(t, res.Body))
			got, last := orders(t, events), events[len(events)-1]
			if !slices.Equal(got, numbers(1, len(got))) || tt.all != (len(got) == many) || last.Type != wire.ByeEvent || !strings.Contains(last.Data, tt.why) {
				t.Errorf("got %d orders, then %+v", len(got), last)
			}
			q.isOver(t, tt.why)
		})
	}
}

func TestAParkedStreamWithoutRoomIsCutOffAfterAnUnbrokenRun(t *testing.T) {
	q := startServer(t, newMemory(0), func(_ *counted, opts *netpoll.Options) { opts.Queue = 4 })
	_, res, text := q.open(t, "")
	q.isParked(t, 1)
	q.publishUntil(func() bool { return q.memory.joined() == 0 })
	q.memory.happen() // not for it
	events := read(t, text+rest(t, res.Body))
	got := orders(t, events)
	if last := events[len(events)-1]; last.Type != wire.ByeEvent || !strings.Contains(last.Data, wire.ByeSlow) || !slices.Equal(got, numbers(1, len(got))) || len(got) == 0 {
		t.Errorf("got %d orders, then %+v", len(got), last)
	}
	q.isOver(t, wire.ByeSlow)
	if all := len(q.memory.log) - 2; q.delivered != all { // one had no room, one came later
		t.Errorf("%d of %d count as delivered", q.delivered, all)
	}
}

func TestWhatCameBeforeAStreamIsParkedComesFirst(t *testing.T) {
	tests := []struct {
		name    string
		happens func(m *memory)
		want    []string
		why     string
	}{
		{"two orders", func(m *memory) { m.happen(); m.happen() }, numbers(1, 5), wire.ByeDrain},
		{"more than there is room for", func(m *memory) { m.happen(); m.happen(); m.happen(); m.happen() }, numbers(1, 4), wire.ByeSlow},
		{"an order, and the server stops", func(m *memory) { m.happen(); m.shed(wire.ByeDrain) }, numbers(1, 3), wire.ByeDrain},
		{"an order, and it is revoked", func(m *memory) { m.happen(); m.revoke() }, numbers(1, 2), wire.ByeRevoked},
		{"an order that was read from the log too", func(m *memory) { m.publish(2) }, numbers(1, 3), wire.ByeDrain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(2)
			m.queue = 2
			m.moment = func(what string) {
				switch what {
				case "before handing over":
					tt.happens(m)
				case "live":
					m.happen()
					m.shed(wire.ByeDrain)
				}
			}
			q := startServer(t, m, asTheyAre)
			_, res, text := q.open(t, "0-0")
			if got := orders(t, read(t, text+rest(t, res.Body))); !slices.Equal(got, tt.want) {
				t.Errorf("got %v", got)
			}
			q.isOver(t, tt.why)
		})
	}
}

func TestAStreamThatCannotBeParkedReleasesItsPermitOnce(t *testing.T) {
	away := errors.New("away")
	tests := []struct {
		name  string
		spoil func(q *harness, m *memory)
		ended string // empty: it never began
	}{
		{"the log is away", func(_ *harness, m *memory) { m.fail(away) }, ""},
		{"the log goes away meanwhile", func(_ *harness, m *memory) {
			m.moment = func(what string) {
				if what == "before joining" {
					m.fail(away)
				}
			}
		}, wire.ByeDrain},
		{"the mart is not heard", func(_ *harness, m *memory) { m.deaf = away }, wire.ByeDrain},
		{"it is revoked meanwhile", func(_ *harness, m *memory) {
			m.moment = func(what string) {
				if what == "before joining" {
					m.revoke()
				}
			}
		}, wire.ByeRevoked},
		{"the poller has ended", func(q *harness, _ *memory) { q.end() }, wire.ByeDrain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(1)
			q := startServer(t, m, asTheyAre)
			tt.spoil(q, m)
			c := q.dial(t, "HTTP/1.1", "")
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.ended == "" {
				eventually(t, "it leaves", func() bool { q.mu.Lock(); defer q.mu.Unlock(); return q.left == 1 })
				if res.StatusCode != 503 || len(q.ended) != 0 || q.there != 0 || q.h.Wait(t.Context()) != nil {
					t.Errorf("%d, ended %v, %d there", res.StatusCode, q.ended, q.there)
				}
				return
			}
			text := rest(t, res.Body)
			if !regexp.MustCompile(`\n\nevent: bye\ndata: {"reason":"` + tt.ended + `","retryMs":\d+}\n\n$`).MatchString(text) {
				t.Errorf("said %q", text)
			}
			q.isOver(t, tt.ended)
		})
	}
}

func TestTheLogIsNotReadForADeviceThatHasItsHead(t *testing.T) {
	tests := []struct {
		name, head, lastID string
		happens            string // the moment at which an order comes
		asked              string
		want               []string
	}{
		{"a device that has the last event", "3-0", "3-0", "", "[]", nil},
		{"one that missed some", "3-0", "1-0", "", "[1-0]", numbers(2, 3)},
		{"one that is new", "3-0", "", "", "[]", numbers(1, 3)},
		{"one that has the last event, when an order comes before it joins", "3-0", "3-0", "before joining", "[3-0]", numbers(4, 4)},
		{"one that has the last event, when an order comes once it joined", "3-0", "3-0", "after joining", "[3-0]", numbers(4, 4)},
		{"one that has the last event, when an order comes as it is parked", "3-0", "3-0", "before handing over", "[]", numbers(4, 4)},
		{"one that comes before anything is known", "", "3-0", "", "[3-0 3-0]", nil},
		{"one that has more than is known", "2-0", "3-0", "", "[3-0 3-0]", nil},
		{"one that gives garbage", "3-0", "garbage", "", "[" + string(notAnID) + "]", numbers(1, 3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(3)
			m.head = order.ID(tt.head)
			m.moment = func(what string) {
				if what == tt.happens {
					m.happen()
				}
				if what == "live" {
					m.shed(wire.ByeDrain)
				}
			}
			q := startServer(t, m, asTheyAre)
			_, res, text := q.open(t, tt.lastID)
			got := orders(t, read(t, text+rest(t, res.Body)))
			q.isOver(t, wire.ByeDrain)
			if asked := fmt.Sprint(m.asked); asked != tt.asked || !slices.Equal(got, tt.want) {
				t.Errorf("it asked for %s and got %v", asked, got)
			}
		})
	}
}

func TestAParkedStreamCarriesHeartbeats(t *testing.T) {
	q := startServer(t, newMemory(0), asTheyAre)
	_, res, _ := q.open(t, "")
	beats := make([]byte, 3*len(Heartbeat))
	if _, err := io.ReadFull(res.Body, beats); err != nil || string(beats) != strings.Repeat(string(Heartbeat), 3) {
		t.Errorf("it carries %q, %v", beats, err)
	}
}
