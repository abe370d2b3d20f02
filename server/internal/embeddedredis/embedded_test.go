package embeddedredis

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
)

// dial connects to r, as anybody on this machine can.
func dial(t testing.TB, r *Redis) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ask sends one command, as redis-cli would, and returns the first line of the answer.
func ask(t testing.TB, c net.Conn, command string) string {
	t.Helper()
	_, _ = c.Write(encode(strings.Fields(command)))
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(line)
}

// say does so as a client that knows the password.
func say(t testing.TB, r *Redis, command string) string {
	t.Helper()
	c := dial(t, r)
	defer c.Close()
	if got := ask(t, c, "AUTH "+r.password); got != "+OK" {
		t.Fatal(got)
	}
	return ask(t, c, command)
}

func start(t testing.TB) *Redis {
	t.Helper()
	r, err := Start("127.0.0.1:0", slog.New(slog.DiscardHandler))
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
	if _, err := Start(r.Addr(), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("no error")
	}
}

func TestWithoutThePasswordNothingIsAnswered(t *testing.T) {
	r := start(t)
	for command, want := range map[string]string{
		"PING": "-NOAUTH", "GET k": "-NOAUTH", "EVAL return 0": "-NOAUTH", "HELLO 3": "-NOAUTH", "QUIT": "-NOAUTH",
		"AUTH wrong": "-WRONGPASS", "AUTH default wrong": "-WRONGPASS", "HELLO 3 AUTH default wrong": "-WRONGPASS",
		"AUTH other " + r.password: "-NOAUTH",
		"AUTH " + r.password:       "+OK", "auth default " + r.password: "+OK",
		"HELLO 3 AUTH default " + r.password + " SETNAME x": "%7",
	} {
		if got := ask(t, dial(t, r), command); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", command, got)
		}
	}
}

func TestWhatIsNotACommandEndsAConnectionAndNotTheProcess(t *testing.T) {
	r := start(t)
	for _, text := range []string{
		"*0\r\n", "*-1\r\n", "*1\r\n$-1\r\n", "*1\r\n$9223372036854775806\r\n", "*1\r\n$99999999999999\r\n", "*99999999999\r\n",
		"*1\r\n:1\r\n", "*1\r\n$4\r\nPINGxx", "PING\r\n", "GET / HTTP/1.1\r\n\r\n", "*" + strings.Repeat("1", 1<<16), "\r\n", "*\r\n", "*3\n$4\n", "*00\r\n", "*1\r\n*1\r\n",
	} {
		for _, known := range []bool{false, true} {
			c := dial(t, r)
			if known {
				ask(t, c, "AUTH "+r.password)
			}
			fmt.Fprint(c, text)
			_ = c.(*net.TCPConn).CloseWrite()
			_, _ = bufio.NewReader(c).ReadString('\n')
		}
	}
	for _, command := range []string{"SADD k", "SRANDMEMBER k", "SSCAN k -1", "SETRANGE k 9223372036854775806 x", "XTRIM k MAXLEN ~", "HRANDFIELD k -9223372036854775808"} {
		if got := say(t, r, command); !strings.HasPrefix(got, "-ERR unknown command") {
			t.Errorf("%s: %s", command, got)
		}
	}
	if got := say(t, r, "EVAL redis.call('SSCAN','k','-1') 0"); !strings.HasPrefix(got, "-") {
		t.Error(got)
	}
	if got := say(t, r, "PING"); got != "+PONG" {
		t.Error(got)
	}
}

func TestConnectionsWithoutThePasswordMakeRoom(t *testing.T) {
	r := start(t)
	var silent []net.Conn
	for range maxUnknown {
		silent = append(silent, dial(t, r))
	}
	if got := say(t, r, "PING"); got != "+PONG" {
		t.Error(got)
	}
	if _, err := silent[0].Read(make([]byte, 1)); err == nil {
		t.Error("the oldest was not closed")
	}
}

func TestOnlyThisUserFindsThePassword(t *testing.T) {
	r := start(t)
	if r.File() == "" {
		t.Skip("this user has no home directory")
	}
	info, err := os.Stat(r.File())
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	u, _ := url.Parse(r.URL())
	for address, want := range map[string]string{
		"redis://" + r.Addr():                    r.URL(),
		"redis://" + r.Addr() + "/0":             r.URL() + "/0",
		"redis://localhost:" + u.Port():          strings.Replace(r.URL(), "127.0.0.1", "localhost", 1),
		"redis://:mine@" + r.Addr():              "redis://:mine@" + r.Addr(),
		"redis://redis.example.com:" + u.Port():  "redis://redis.example.com:" + u.Port(),
		"redis://127.0.0.1:1":                    "redis://127.0.0.1:1",
		"unix:///run/redis.sock":                 "unix:///run/redis.sock",
		"redis+sentinel://127.0.0.1:" + u.Port(): "redis+sentinel://127.0.0.1:" + u.Port(),
		"redis://%zz":                            "redis://%zz",
		"":                                       "",
	} {
		if got := Find(address); got != want {
			t.Errorf("%s is %s", address, got)
		}
	}
	if r.Close(); Find("redis://"+r.Addr()) != "redis://"+r.Addr() {
		t.Error("the file is still there")
	}
}

func TestTheFileOfAnotherServerStays(t *testing.T) {
	r := start(t)
	if r.File() == "" {
		t.Skip("this user has no home directory")
	}
	if err := replace(r.File(), "redis://default:other@"+r.Addr()+"\n"); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(r.File())
	if r.Close(); Find("redis://"+r.Addr()) != "redis://default:other@"+r.Addr() {
		t.Error("it was removed")
	}
}

func FuzzBytesAtThePort(f *testing.F) {
	for _, text := range []string{"*0\r\n", "*1\r\n$4\r\nPING\r\n", "*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n", "*1\r\n$99999999999999\r\n", "*4\r\n$5\r\nXTRIM\r\n$1\r\nk\r\n$6\r\nMAXLEN\r\n$1\r\n~\r\n",
		"*5\r\n$4\r\nXADD\r\n$1\r\nk\r\n$1\r\n*\r\n$1\r\na\r\n$1\r\nb\r\n", "*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n", "*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nEXEC\r\n"} {
		f.Add(text, false)
		f.Add(text, true)
	}
	r := start(f)
	f.Fuzz(func(t *testing.T, text string, known bool) {
		c := dial(t, r)
		defer c.Close()
		if known {
			ask(t, c, "AUTH "+r.password)
		}
		fmt.Fprint(c, text)
		_ = c.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, c)
		if got := say(t, r, "PING"); got != "+PONG" {
			t.Fatal(got)
		}
	})
}
