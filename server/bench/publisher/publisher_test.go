//go:build linux

package publisher

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/bench/counter"
	"jumun/server/bench/resp"
	"jumun/server/bench/sseread"
)

// redisOf answers every command with a number, or with what it is told to, and returns
// what was published.
func redisOf(t *testing.T, says string) (address string, published func() []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	all := make(chan []string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var got []string
		var said []byte
		for buffer := make([]byte, 4096); err == nil; {
			var n int
			n, err = conn.Read(buffer)
			said = append(said, buffer[:n]...)
			for {
				text, size, _ := resp.Next(said)
				if size == 0 {
					break
				}
				got, said = append(got, string(text)), said[size:]
				_, _ = io.WriteString(conn, says)
			}
		}
		all <- got
	}()
	return l.Addr().String(), func() []string { return <-all }
}

func TestMartsGetTheirOrdersInTurn(t *testing.T) {
	address, published := redisOf(t, ":1\r\n")
	a, err := publish(Question{Redis: address, Topic: "order", Mart: 7, Marts: 2, First: 3, Rate: 1000, Orders: 4, Counter: t.TempDir() + "/tally"})
	if err != nil || a.Orders != 4 || a.Took < 3*time.Millisecond {
		t.Fatalf("%+v, %v", a, err)
	}
	var got []string
	for _, text := range published() {
		o, _ := sseread.OrderIn([]byte(text))
		mart, _, _ := strings.Cut(text, ",")
		got = append(got, fmt.Sprint(mart, o.Seq))
	}
	if want := []string{`{"martId":"8"1`, `{"martId":"7"2`, `{"martId":"8"2`, `{"martId":"7"3`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOrdersAreAppendedToAStream(t *testing.T) {
	address, published := redisOf(t, "$3\r\n1-0\r\n")
	a, err := publish(Question{Redis: address, Stream: true, Topic: "orders", Mart: 7, Marts: 1, Rate: 1000, Orders: 3, Counter: t.TempDir() + "/tally"})
	if err != nil || a.Orders != 3 {
		t.Fatalf("%+v, %v", a, err)
	}
	for n, id := range published() { // the last word of each command
		if !strings.HasPrefix(id, fmt.Sprint(n, "-")) {
			t.Errorf("the ID of order %d is %q", n, id)
		}
	}
}

func TestWhatRedisRefusesIsAnError(t *testing.T) {
	address, _ := redisOf(t, "-NOAUTH no\r\n")
	_, err := publish(Question{Redis: address, Topic: "order", Mart: 1, Marts: 1, Rate: 1000, Orders: 1, Counter: t.TempDir() + "/tally"})
	if err == nil || !strings.Contains(err.Error(), "NOAUTH") {
		t.Errorf("%v", err)
	}
}

func TestWithoutARateNoMoreAreUnderWayThanTheBound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tally")
	p, err := newPacer(Question{Counter: path, Bound: 4, PerMart: 2, For: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for n := range int64(2) {
		if !p.next(n) {
			t.Fatalf("order %d does not come", n)
		}
	}
	if p.next(2) || !p.expired() {
		t.Error("a third order is published though four deliveries are under way")
	}
	shared, err := counter.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	shared.Arrived.Add(1)
	p.started = time.Now()
	if !p.next(2) {
		t.Error("no third order though one delivery has arrived")
	}
}

func TestOrdersAreEvenlySpaced(t *testing.T) {
	p, err := newPacer(Question{Counter: t.TempDir() + "/tally", Rate: 100, Orders: 4})
	if err != nil {
		t.Fatal(err)
	}
	for n := range int64(4) {
		if !p.next(n) {
			t.Fatalf("order %d does not come", n)
		}
		if early := time.Duration(n)*10*time.Millisecond - time.Since(p.started); early > 0 {
			t.Errorf("order %d is %v early", n, early)
		}
	}
	if p.next(4) {
		t.Error("there are more orders than asked for")
	}
}

func TestOrdersOfAMartArePostedInOrder(t *testing.T) {
	var mu sync.Mutex
	got := map[string][]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		o, _ := sseread.OrderIn(body)
		mu.Lock()
		defer mu.Unlock()
		got[r.URL.Path] = append(got[r.URL.Path], fmt.Sprint(o.Seq))
	}))
	defer s.Close()
	sender, err := openPosts(s.Listener.Addr().String(), "/pub/")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for n := range 20 {
		want = append(want, fmt.Sprint(n))
		for _, mart := range []string{"1", "2", "3"} {
			if err := sender.send(mart, sseread.Order{Seq: int64(n)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := sender.close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/pub/1", "/pub/2", "/pub/3"} {
		if !slices.Equal(got[path], want) {
			t.Errorf("%s: %v", path, got[path])
		}
	}
}

func TestAPostThatIsRefusedIsAnError(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	_, err := publish(Question{HTTP: s.Listener.Addr().String(), Topic: "/pub/", Mart: 1, Marts: 1, Rate: 1000, Orders: 2, Counter: t.TempDir() + "/tally"})
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v", err)
	}
}
