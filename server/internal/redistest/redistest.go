// Package redistest runs a real redis-server for a test.
package redistest

import (
	"bufio"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// A Redis is one redis-server on a port of its own. It keeps nothing on disk, unless it
// was started with "--appendonly", "yes". Its methods are for the test's goroutine.
type Redis struct {
	t    testing.TB
	host string
	port int
	args []string      // what redis-server is told
	up   string        // what it says once connections are accepted
	pid  string        // of redis-server
	life io.Closer     // closing it ends redis-server; nil: it is not running
	done chan struct{} // closed when it has ended
}

// guarded runs a program, and kills it when standard input ends: even if the test's
// process dies, no redis-server is left behind.
const guarded = `"$@" & echo "pid $!"; exec >/dev/null 2>&1; cat; kill -9 $!; wait`

// Start runs a redis-server, with more options if given (such as "--requirepass", "x"),
// and kills it at the end of the test.
func Start(t testing.TB, args ...string) *Redis {
	t.Helper()
	host := ownHost()
	port := freePort(t, host)
	return start(t, host, port, "Ready to accept connections", append([]string{
		"--port", strconv.Itoa(port), "--bind", host, "--save", "", "--appendonly", "no", "--dir", t.TempDir(),
		"--appendfsync", "always", // else what was answered may be held back while it syncs, and die with it
	}, args...)) // of two equal options the last one holds
}

func start(t testing.TB, host string, port int, up string, args []string) *Redis {
	t.Helper()
	r := &Redis{t: t, host: host, port: port, args: args, up: up}
	r.Restart()
	t.Cleanup(r.Kill)
	return r
}

// Addr is where it listens, as host:port.
func (r *Redis) Addr() string { return net.JoinHostPort(r.host, strconv.Itoa(r.port)) }

// URL is where it listens, as redis://host:port.
func (r *Redis) URL() string { return "redis://" + r.Addr() }

// Kill ends it as a crash would (SIGKILL). What it did not keep on disk is forgotten.
func (r *Redis) Kill() {
	if r.life != nil {
		_ = r.life.Close()
		<-r.done
		r.life = nil
	}
}

// Freeze stops it without closing any connection, as a hung machine would; Thaw
// lets it go on.
func (r *Redis) Freeze() { r.signal("-STOP") }

// Thaw ends what Freeze began.
func (r *Redis) Thaw() { r.signal("-CONT") }

// signal uses kill(1), so that this also compiles where there are no such signals.
func (r *Redis) signal(name string) {
	r.t.Helper()
	if out, err := exec.Command("kill", name, r.pid).CombinedOutput(); err != nil {
		r.t.Fatalf("%v: %s", err, out)
	}
}

// Restart runs it again on the same port, with what it kept on disk. It returns once
// connections are accepted.
func (r *Redis) Restart() {
	r.t.Helper()
	r.Kill()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		r.t.Fatal("redis-server is not installed: `make test` installs it")
	}
	r.run(exec.Command("sh", append([]string{"-c", guarded, "sh", path}, r.args...)...))
}

func (r *Redis) run(cmd *exec.Cmd) {
	r.t.Helper()
	life, err := cmd.StdinPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		cmd.Stderr = cmd.Stdout // wrong options are told there
		err = cmd.Start()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.life = life
	lines := bufio.NewScanner(out)
	started, said := r.started(lines)
	r.drain(cmd, out)
	if !started {
		r.t.Fatalf("redis-server did not start:\n%s", said)
	}
}

// started reads until connections are accepted, or the program has ended.
func (r *Redis) started(lines *bufio.Scanner) (ready bool, said string) {
	for lines.Scan() {
		line := lines.Text()
		if pid, is := strings.CutPrefix(line, "pid "); is {
			r.pid = pid
		}
		if strings.Contains(line, r.up) {
			return true, said
		}
		said += line + "\n"
	}
	return false, said
}

// drain reads on, so that Redis never waits for us, and takes the end of the process.
func (r *Redis) drain(cmd *exec.Cmd, out io.Reader) {
	r.done = make(chan struct{})
	go func() {
		defer close(r.done)
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	}()
}

// ownHost is a loopback address that no other process uses: while a killed Redis is
// away, another test's could otherwise be given its port, and be taken for it.
func ownHost() string {
	if runtime.GOOS != "linux" { // elsewhere only one address is there without asking
		return "127.0.0.1"
	}
	pid := os.Getpid()
	return net.IPv4(127, byte(pid>>16)+1, byte(pid>>8), byte(pid)).String()
}

// freePort is below the ports that systems give to outgoing connections: a client that
// keeps dialling a dead Redis could otherwise be given its port, and meet itself.
func freePort(t testing.TB, host string) int {
	t.Helper()
	for range 100 {
		port := 20000 + rand.IntN(12000)
		if l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port))); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}
