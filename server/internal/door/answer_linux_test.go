package door

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAnAnswerThatIsNoStreamIsWholeAndEndsTheConnection(t *testing.T) {
	tests := []struct {
		name, head, proto string
		status            int
		body              string
	}{
		{"a refusal", asked("42"), "HTTP/1.1", 401, `{"status":401}`},
		{"a refusal over HTTP/1.0", "GET /v1/marts/42/events HTTP/1.0\r\n\r\n", "HTTP/1.0", 401, `{"status":401}`},
		{"one that is to come again", asked("42"), "HTTP/1.1", 503, strings.Repeat("later ", 2000)},
		{"one that says nothing", asked("42"), "HTTP/1.1", 200, ""},
		{"one that is nowhere", asked("42"), "HTTP/1.1", 404, "404"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			began, more := make(chan struct{}), make(chan struct{})
			h := running(t, func(w http.ResponseWriter, _ *http.Request) {
				close(began)
				<-more
				w.Header().Set("Retry-After", "3")
				if tt.body != "" {
					w.WriteHeader(tt.status)
					w.WriteHeader(http.StatusTeapot) // too late
				}
				half := len(tt.body) / 2
				_, _ = io.WriteString(w, tt.body[:half])
				_, _ = io.WriteString(w, tt.body[half:])
			})
			c := h.say(t, tt.head)
			<-began
			tell(t, c, strings.Repeat("what nobody reads", 500))
			close(more)
			r := bufio.NewReader(c)
			res, body := answered(t, r)
			if res.StatusCode != tt.status || res.Proto != tt.proto || body != tt.body || !res.Close || res.ContentLength != int64(len(tt.body)) {
				t.Errorf("%s %d %v, %d bytes: %q", res.Proto, res.StatusCode, res.Header, res.ContentLength, body)
			}
			if _, err := http.ParseTime(res.Header.Get("Date")); err != nil || res.Header.Get("Retry-After") != "3" {
				t.Errorf("its header is %v", res.Header)
			}
			if more := rest(t, r); more != "" {
				t.Errorf("after it came %q", more)
			}
		})
	}
}

func TestAConnectionIsTakenOverOnce(t *testing.T) {
	h := running(t, func(w http.ResponseWriter, _ *http.Request) {
		c, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil || buffered != nil {
			t.Errorf("it has %v: %v", buffered, err)
			return
		}
		if _, _, err := http.NewResponseController(w).Hijack(); err != http.ErrHijacked {
			t.Errorf("again: %v", err)
		}
		_, _ = io.WriteString(w, "what was said too late")
		_, _ = io.WriteString(c, "mine")
		_ = c.Close()
	})
	if got := rest(t, h.say(t, asked("42"))); got != "mine" {
		t.Errorf("got %q", got)
	}
}

func TestAHandlerThatPanicsCostsItsConnectionAlone(t *testing.T) {
	tests := []struct {
		name   string
		fails  func(http.ResponseWriter)
		logged string
	}{
		{"before it answers", func(http.ResponseWriter) { panic("oh") }, "err=oh"},
		{"after it said something", func(w http.ResponseWriter) { _, _ = io.WriteString(w, "half"); panic("oh") }, "err=oh"},
		{"with what cannot be compared", func(http.ResponseWriter) { panic([]string{"oh"}) }, "err=[oh]"},
		{"by intention", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, ""},
		{"once it has the connection", func(w http.ResponseWriter) { _, _, _ = http.NewResponseController(w).Hijack(); panic("oh") }, "err=oh"},
		{"once the connection is another's", func(w http.ResponseWriter) {
			c, _, _ := http.NewResponseController(w).Hijack()
			fd, _ := c.(*Conn).Detach()
			_ = unix.Close(fd)
			panic("oh")
		}, "err=oh"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := running(t, func(w http.ResponseWriter, r *http.Request) {
				if r.PathValue("mart") == "bad" {
					tt.fails(w)
				}
				fmt.Fprint(w, "well")
			})
			for range 2 * workers { // each of them survives
				if got := rest(t, h.say(t, asked("bad"))); got != "" {
					t.Fatalf("it was told %q", got)
				}
			}
			if _, body := answered(t, bufio.NewReader(h.say(t, asked("42")))); body != "well" {
				t.Errorf("the next one got %q", body)
			}
			if log := h.log.String(); !strings.Contains(log, tt.logged) || tt.logged == "" && log != "" || tt.logged != "" && !strings.Contains(log, "answer_linux_test.go") {
				t.Errorf("logged %.500s", log)
			}
		})
	}
}

func TestWhoComesWhenTooManyWaitIsToldSoAtOnce(t *testing.T) {
	h := opened(t, http.HandlerFunc(describe), false) // nobody works
	for range waitAtMost {
		h.take(request{fd: gone})
	}
	c := h.say(t, asked("42"))
	raw, err := h.file.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Read(func(fd uintptr) bool { return h.accept(int(fd), make([]byte, maxHead)) != unix.EAGAIN })
	if err != nil || h.requests.len() != waitAtMost {
		t.Fatalf("%v, %d wait", err, h.requests.len())
	}
	r := bufio.NewReader(c)
	if res, body := answered(t, r); res.StatusCode != 503 || body != "full\n" || rest(t, r) != "" {
		t.Errorf("%d %q", res.StatusCode, body)
	}
}

// The workers were all held up by a Redis that hung.
func TestWhoHasWaitedTooLongIsToldSoInsteadOfServed(t *testing.T) {
	h := opened(t, http.HandlerFunc(describe), false)
	accept := func() *bufio.Reader {
		c := h.say(t, asked("42"))
		raw, err := h.file.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		if err := raw.Read(func(fd uintptr) bool { return h.accept(int(fd), make([]byte, maxHead)) != unix.EAGAIN }); err != nil {
			t.Fatal(err)
		}
		return bufio.NewReader(c)
	}
	late, soon := accept(), accept()
	r, _ := h.requests.next()
	r.came = r.came.Add(-tooLong)
	h.requests.put(r) // behind the other
	h.working.Go(h.work)
	if res, _ := answered(t, soon); res.StatusCode != 200 {
		t.Errorf("who has just come is told %d", res.StatusCode)
	}
	if res, body := answered(t, late); res.StatusCode != 503 || body != "full\n" {
		t.Errorf("who has waited is told %d %q", res.StatusCode, body)
	}
	h.requests.close()
	h.working.Wait()
}

// A device that does not read holds up whoever writes to it.
func TestSlowDevicesDoNotDelayTheOthers(t *testing.T) {
	const slow = 3 * workers
	waits := make(chan struct{}, slow)
	h := started(t, func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("mart") != "slow" {
			fmt.Fprint(w, "well")
			return
		}
		c, _, _ := http.NewResponseController(w).Hijack()
		defer c.Close()
		waits <- struct{}{}
		_, _ = c.Write(make([]byte, 1<<20))
		_, _ = c.Write(make([]byte, 1<<20))
	}, true)
	stuck := make([]io.Closer, slow)
	for i := range stuck {
		stuck[i] = h.say(t, asked("slow"))
	}
	for range slow {
		<-waits
	}
	for range 2 * workers {
		if _, body := answered(t, bufio.NewReader(h.say(t, asked("42")))); body != "well" {
			t.Fatalf("the others get %q", body)
		}
	}
	for _, c := range stuck {
		_ = c.Close()
	}
}

// A node of a Cluster that hangs has whoever asks it wait, and they come again and again.
func TestThoseWhoWaitForRedisDoNotDelayTheOthers(t *testing.T) {
	began, proceed := make(chan struct{}, 2*workers), make(chan struct{})
	h := running(t, func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("mart") == "hangs" {
			began <- struct{}{}
			<-proceed
		}
		fmt.Fprint(w, "well")
	})
	defer close(proceed)
	for range 2 * workers {
		h.say(t, asked("hangs"))
	}
	for range 2 * workers {
		<-began
	}
	if _, body := answered(t, bufio.NewReader(h.say(t, asked("42")))); body != "well" {
		t.Errorf("the other gets %q", body)
	}
}
