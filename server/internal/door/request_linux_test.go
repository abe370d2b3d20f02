package door

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// describe answers with what there is to know of a request.
func describe(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s|%s|%s|%s|%v|%s|%v", r.Proto, r.PathValue("mart"), r.URL.RawQuery, r.Host, r.Header["X-Twice"], r.RemoteAddr, r.TLS == nil && r.Body == http.NoBody)
}

func TestARequestForAStreamIsServedAsItCame(t *testing.T) {
	tests := []struct{ name, head, want string }{
		{"HTTP/1.1", asked("42"), "HTTP/1.1|42||jumun|[]"},
		{"HTTP/1.0 without a host", "GET /v1/marts/42/events HTTP/1.0\r\n\r\n", "HTTP/1.0|42|||[]"},
		{"a query", "GET /v1/marts/42/events?after=1-0 HTTP/1.1\r\nHost: jumun\r\n\r\n", "HTTP/1.1|42|after=1-0|jumun|[]"},
		{"a query that looks like a path", "GET /v1/marts/42/events?/orders HTTP/1.1\r\nHost: jumun\r\n\r\n", "HTTP/1.1|42|/orders|jumun|[]"},
		{"fields, one of them twice", "GET /v1/marts/42/events HTTP/1.1\r\nhost: [::1]:80\r\nX-Twice: a: b\r\nx-twice:\r\n\r\n", "HTTP/1.1|42||[::1]:80|[a: b ]"},
		{"a mart with an escape", asked("a%2Fb"), "HTTP/1.1|a/b||jumun|[]"},
		{"as long as it may be", long(maxHead), "HTTP/1.1|42||jumun|[]"},
		{"a field of other letters", "GET /v1/marts/42/events HTTP/1.1\r\nHost: jumun\r\nX-Twice: 카운터\r\n\r\n", "HTTP/1.1|42||jumun|[카운터]"},
	}
	h := running(t, describe)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := h.say(t, tt.head)
			if _, body := answered(t, bufio.NewReader(c)); body != tt.want+"|"+c.LocalAddr().String()+"|true" {
				t.Errorf("served as %s", body)
			}
		})
	}
}

// long is a request of so many bytes.
func long(n int) string {
	head := "GET /v1/marts/42/events HTTP/1.1\r\nHost: jumun\r\nX: "
	return head + strings.Repeat("x", n-len(head)-4) + "\r\n\r\n"
}

// with is a request with one more line.
func with(line string) string {
	return "GET /v1/marts/42/events HTTP/1.1\r\nHost: jumun\r\n" + line + "\r\n\r\n"
}

func TestWhatIsNoPlainRequestForAStreamReachesHTTPByteForByte(t *testing.T) {
	tests := []struct{ name, first, then string }{
		{"another path", "GET /v1/marts/42/orders HTTP/1.1\r\nHost: jumun\r\n\r\n", ""},
		{"a path that only ends alike", "GET /v2/marts/42/events HTTP/1.1\r\nHost: jumun\r\n\r\n", ""},
		{"a query that ends alike", "GET /v1/marts/42/orders?/events HTTP/1.1\r\nHost: jumun\r\n\r\n", ""},
		{"another method", "POST /v1/marts/42/events HTTP/1.1\r\nHost: jumun\r\nContent-Length: 2\r\n\r\nhi", ""},
		{"a method in lower case", "get /v1/marts/42/events HTTP/1.1\r\nHost: jumun\r\n\r\n", ""},
		{"a head in two pieces", "GET /v1/marts/42/events HTTP/1.1\r\nHost: ju", "mun\r\n\r\n"},
		{"a head whose last byte comes late", strings.TrimSuffix(asked("42"), "\n"), "\n"},
		{"one byte", "G", "ET / HTTP/1.1\r\n\r\n"},
		{"a head that is too long", long(maxHead + 1), ""},
		{"a head and a half", long(maxHead + maxHead/2), ""},
		{"no host", "GET /v1/marts/42/events HTTP/1.1\r\n\r\n", ""},
		{"an empty host", "GET /v1/marts/42/events HTTP/1.1\r\nHost:\r\n\r\n", ""},
		{"two hosts", with("Host: jumun"), ""},
		{"a host that is none", "GET /v1/marts/42/events HTTP/1.1\r\nHost: a b\r\n\r\n", ""},
		{"no version", "GET /v1/marts/42/events\r\nHost: jumun\r\n\r\n", ""},
		{"a version that is none", "GET /v1/marts/42/events HTTP/x\r\nHost: jumun\r\n\r\n", ""},
		{"HTTP/2", "GET /v1/marts/42/events HTTP/2.0\r\nHost: jumun\r\n\r\n", ""},
		{"HTTP/1.9", "GET /v1/marts/42/events HTTP/1.9\r\nHost: jumun\r\n\r\n", ""},
		{"two spaces", "GET  /v1/marts/42/events HTTP/1.1\r\nHost: jumun\r\n\r\n", ""},
		{"a path that cannot be", asked("%zz"), ""},
		{"a target with its host", "GET http://jumun/v1/marts/42/events HTTP/1.1\r\nHost: jumun\r\n\r\n", ""},
		{"Expect", with("Expect: 100-continue"), ""},
		{"Upgrade", with("Connection: upgrade\r\nUpgrade: h2c"), ""},
		{"a length", with("Content-Length: 0"), ""},
		{"a length and what has it", with("content-length: 2") + "hi", ""},
		{"two lengths", with("Content-Length: 0\r\nContent-Length: 5"), "hello"},
		{"chunks", with("Transfer-Encoding: chunked") + "0\r\n\r\n", ""},
		{"chunks that come later", with("transfer-ENCODING:chunked"), "0\r\n\r\n"},
		{"a coding for HTTP/1.0, which has none", "GET /v1/marts/42/events HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\n\r\n"},
		{"a coding nobody knows", with("Transfer-Encoding: xchunked"), ""},
		{"a trailer", with("Trailer: x"), ""},
		{"a space before a colon", with("Content-Length : 5"), "hello"},
		{"a field without a name", with(": x"), ""},
		{"a field without a colon", with("x"), ""},
		{"a line that goes on", with("X: a\r\n b"), ""},
		{"a line that goes on with a tab", with("X: a\r\n\tContent-Length: 5"), "hello"},
		{"a space before the first field", "GET /v1/marts/42/events HTTP/1.1\r\n Host: jumun\r\n\r\n", ""},
		{"a line that ends with LF", with("X: a\nContent-Length: 5"), "hello"},
		{"a request hidden behind two LF", "GET /v1/marts/42/events HTTP/1.1\nHost: jumun\n\n" + asked("43"), ""},
		{"a line that ends with CR", with("X: a\rContent-Length: 5"), "hello"},
		{"a NUL", with("X: a\x00b"), ""},
		{"a DEL", with("X: a\x7fb"), ""},
		{"a request behind it", asked("42") + asked("43"), ""},
		{"a byte behind it", asked("42") + "x", ""},
		{"an empty line before it", "\r\n" + asked("42"), ""},
		{"the hello of TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", "\x00\r\n\r\n"},
	}
	h := running(t, func(http.ResponseWriter, *http.Request) { t.Error("it was served") })
	defer time.AfterFunc(patience, func() { _ = h.Close() }).Stop() // nobody comes
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := h.say(t, tt.first)
			other, err := h.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			tell(t, c, tt.then)
			_ = c.CloseWrite()
			if got := rest(t, other); got != tt.first+tt.then {
				t.Errorf("it came as %q", got)
			}
			tell(t, other, "answer")
			if got := make([]byte, 6); other.RemoteAddr().String() != c.LocalAddr().String() || full(c, got) != "answer" {
				t.Errorf("%s is answered with %q", other.RemoteAddr(), got)
			}
		})
	}
}

func full(r io.Reader, p []byte) string { _, _ = io.ReadFull(r, p); return string(p) }

// The kernel keeps it for a while: see deferAccept.
func TestWhoSaysNothingReachesHTTPInTheEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	h := running(t, describe)
	c := h.dial(t)
	other, err := h.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tell(t, c, asked("42"))
	_ = c.CloseWrite()
	if got := rest(t, other); got != asked("42") {
		t.Errorf("what it says in the end came as %q", got)
	}
}

func TestWhoSaysNothingAndLeavesIsForNobody(t *testing.T) {
	h := running(t, describe)
	for range 3 {
		c := h.dial(t)
		_ = c.CloseWrite()
		if got := rest(t, c); got != "" {
			t.Errorf("it was told %q", got)
		}
	}
	_, body := answered(t, bufio.NewReader(h.say(t, asked("42"))))
	if !strings.HasPrefix(body, "HTTP/1.1|42|") {
		t.Errorf("the next one got %s", body)
	}
}

func TestHTTPServesAConnectionFromItsFirstByteOn(t *testing.T) {
	other := "GET / HTTP/1.1\r\nHost: jumun\r\n\r\n"
	tests := []struct{ name, says, want string }{
		{"a request after another", other, "net/http GET / net/http GET /later"},
		{"a request right behind another", asked("42") + "GET /2 HTTP/1.1\r\nHost: jumun\r\n\r\n", "net/http GET /v1/marts/42/events net/http GET /2 net/http GET /later"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := running(t, describe)
			h.withHTTP(t)
			c := h.say(t, tt.says)
			r, got := bufio.NewReader(c), []string{}
			for range strings.Count(tt.says, "\r\n\r\n") {
				_, body := answered(t, r)
				got = append(got, body)
			}
			tell(t, c, "GET /later HTTP/1.1\r\nHost: jumun\r\n\r\n")
			_, body := answered(t, r)
			if got = append(got, body); strings.Join(got, " ") != tt.want {
				t.Errorf("answered %q", got)
			}
		})
	}
}

// An answer of net/http's to who sends too much is not lost in a reset.
func TestHTTPRefusesWhatItDoesNotTake(t *testing.T) {
	tests := []struct {
		name, says string
		status     int
	}{
		{"a head that is too long", long(4 * maxHead), 431},
		{"no host", "GET /v1/marts/42/events HTTP/1.1\r\n\r\n", 400},
		{"a coding nobody knows", with("Transfer-Encoding: xchunked") + "hello", 501},
		{"a space before a colon", with("Content-Length : 5") + "hello", 400},
		{"the hello of TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\x00\r\n\r\n", 400},
	}
	h := running(t, describe)
	h.withHTTP(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := bufio.NewReader(h.say(t, tt.says))
			if res, body := answered(t, r); res.StatusCode != tt.status {
				t.Errorf("%d %s", res.StatusCode, body)
			}
		})
	}
}
