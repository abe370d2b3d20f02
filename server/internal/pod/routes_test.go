package pod

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestABodyThatNeverComesHoldsNoConnection(t *testing.T) {
	server := httptest.NewServer(bounded(http.HandlerFunc(ok), 50*time.Millisecond)) // ok reads no body
	defer server.Close()
	for _, length := range []string{"Content-Length: 10", "Transfer-Encoding: chunked"} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", length)
		in := bufio.NewReader(conn)
		for err == nil {
			_, err = in.ReadByte()
		}
		if e, is := err.(net.Error); is && e.Timeout() {
			t.Errorf("%s: the server still waits", length)
		}
	}
}
