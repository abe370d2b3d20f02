package embeddedredis

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
)

// say sends one command, as redis-cli would, and returns the first line of the answer.
func say(t *testing.T, r *Redis, command string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.URL(), "redis://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	words := strings.Fields(command)
	fmt.Fprintf(c, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(c, "$%d\r\n%s\r\n", len(w), w)
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func start(t *testing.T) *Redis {
	t.Helper()
	r, err := Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func TestKeysExpireAsTimePasses(t *testing.T) {
	r := start(t)
	if got := say(t, r, "SET k v PX 30"); got != "+OK" {
		t.Fatal(got)
	}
	for say(t, r, "EXISTS k") == ":1" {
	}
}

func TestAnAddressInUseIsAnError(t *testing.T) {
	r := start(t)
	if _, err := Start(strings.TrimPrefix(r.URL(), "redis://")); err == nil {
		t.Error("no error")
	}
}
