//go:build linux

// Package sqltest runs a real PostgreSQL or MariaDB for a test.
package sqltest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// A Server is one database server on a port of its own, with an empty database "shop". It keeps its data in a
// temporary folder, and syncs nothing: it survives a kill, not a power cut.
type Server struct {
	Port int

	dir    string
	as     *syscall.Credential // nil: the user of this process
	args   []string            // runs it
	signal string              // ends it, and its children, as a crash would
	answer []string            // ends with 0 if it answers
	life   io.Closer           // closing it ends the server; nil: it does not run
	ended  chan struct{}
}

// Need skips a test that needs a database, unless the variable says that they are installed: they are
// large, and "make test-relay" installs them.
func Need(t testing.TB) {
	t.Helper()
	if os.Getenv("JUMUN_TEST_DATABASES") == "" {
		t.Skip("needs PostgreSQL and MariaDB: make test-relay")
	}
}

// Postgres starts a PostgreSQL whose superuser is "root", without a password.
func Postgres() (*Server, error) {
	s, err := newServer()
	if err != nil {
		return nil, err
	}
	programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is well-formed
	if len(programs) == 0 {
		return nil, errors.New("PostgreSQL is not installed: make test-relay installs it")
	}
	bin := func(name string) string { return filepath.Join(slices.Max(programs), name) }
	s.args = []string{bin("postgres"), "-D", s.dir + "/data", "-k", s.dir, "-h", "127.0.0.1", "-p", strconv.Itoa(s.Port),
		"-c", "fsync=off", "-c", "max_connections=50"}
	s.signal = "QUIT" // its children would outlive a KILL for a moment, and the next start with them
	s.answer = []string{bin("psql"), "-h", s.dir, "-p", strconv.Itoa(s.Port), "-U", "root", "-d", "postgres", "-c", "select 1"}
	return s, s.begin([]string{bin("initdb"), "-D", s.dir + "/data", "-U", "root", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"},
		[]string{bin("createdb"), "-h", s.dir, "-p", strconv.Itoa(s.Port), "-U", "root", "shop"})
}

// MariaDB starts a MariaDB whose administrator is "root", without a password.
func MariaDB() (*Server, error) {
	s, err := newServer()
	if err != nil {
		return nil, err
	}
	socket := s.dir + "/s"
	s.args = []string{"/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + s.dir + "/data", "--socket=" + socket,
		"--bind-address=127.0.0.1", "--port=" + strconv.Itoa(s.Port), "--innodb-flush-log-at-trx-commit=2", "--pid-file=" + s.dir + "/pid"}
	s.signal = "KILL"
	client := []string{"mariadb", "--no-defaults", "--socket=" + socket, "--user=root", "-e"}
	s.answer = append(slices.Clone(client), "select 1")
	return s, s.begin([]string{"mariadb-install-db", "--no-defaults", "--datadir=" + s.dir + "/data", "--auth-root-authentication-method=normal", "--skip-test-db"},
		append(client, "create database shop"))
}

// newServer makes a folder for a server. Neither server runs as root.
func newServer() (*Server, error) {
	dir, err := os.MkdirTemp("/tmp", "jumun-sql") // short: a socket's path has 107 bytes at most
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	if s.Port, err = freePort(); err != nil {
		return nil, err
	}
	if os.Geteuid() != 0 {
		return s, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(nobody.Uid) // of Unix, a number
	gid, _ := strconv.Atoi(nobody.Gid)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return s, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// begin makes the data, starts the server, and makes the database.
func (s *Server) begin(makeData, makeDatabase []string) error {
	if err := s.run(makeData); err != nil {
		return err
	}
	if err := s.Start(); err != nil {
		return err
	}
	return s.run(makeDatabase)
}

// run runs a program as the server's user.
func (s *Server) run(args []string) error {
	out, err := s.command(args).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", args[0], err, out)
	}
	return nil
}

func (s *Server) command(args []string) *exec.Cmd {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "signal="+s.signal)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return cmd
}

// guarded runs a program, and kills it when standard input ends: even if the test's process dies, no
// server is left behind.
const guarded = `"$@" & server=$!; cat; kill -$signal $server; wait`

// startWithin is how long a server may take to start, on a machine that compiles at the same time.
const startWithin = time.Minute

// Start starts it again after Kill, with what was committed, and returns once it answers.
func (s *Server) Start() error {
	log, err := os.OpenFile(s.dir+"/log", os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := s.command(append([]string{"sh", "-c", guarded, "sh"}, s.args...))
	cmd.Stdout, cmd.Stderr = log, log
	if s.life, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.ended = make(chan struct{})
	go func() {
		defer close(s.ended)
		_ = cmd.Wait() // it was killed
	}()
	return s.untilAnswers()
}

func (s *Server) untilAnswers() error {
	deadline := time.After(startWithin)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.run(s.answer)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline:
			said, _ := os.ReadFile(s.dir + "/log")
			return fmt.Errorf("the server does not answer: %w\n%s", err, said)
		}
	}
}

// Kill ends it as a crash would.
func (s *Server) Kill() {
	if s.life != nil {
		_ = s.life.Close()
		<-s.ended
		s.life = nil
	}
}

// Close ends it and removes its data.
func (s *Server) Close() error {
	s.Kill()
	return os.RemoveAll(s.dir)
}
