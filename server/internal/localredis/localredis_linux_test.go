package localredis

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// folder returns a new one, whose path is short enough for a socket.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jumun data")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// A said is what was logged.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// start starts the Redis of a folder, and returns what it logs.
func start(t *testing.T, dir string) (*Redis, *said) {
	t.Helper()
	log := &said{}
	r, err := Start(t.Context(), dir, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r, log
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("still not so: " + what)
		}
	}
}

// says is whether the Redis of a folder answers so.
func says(dir, command, want string) bool { return ask(socket(dir), command, want) == nil }

// pid returns the process that runs now, by the log.
func pid(t *testing.T, log *said) int {
	t.Helper()
	_, after, _ := strings.Cut(log.String()[strings.LastIndex(log.String(), "eady to accept"):], "pid=") // newer ones write "Ready"
	number, _, _ := strings.Cut(after, "\n")
	p, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestARedisThatDiesIsStartedAgainAndHasForgottenNothing(t *testing.T) {
	dir := folder(t)
	_, log := start(t, dir)
	if !says(dir, "SET key value", "+OK") {
		t.Fatal("it does not take writes")
	}
	if err := syscall.Kill(pid(t, log), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it has what it had", func() bool { return says(dir, "GET key", "$5") })
	if text := log.String(); !strings.Contains(text, `started again" err="signal: killed"`) {
		t.Error(text)
	}
}

func TestARedisThatIsClosedHasEndedAndKeepsWhatItHad(t *testing.T) {
	dir := folder(t)
	r, log := start(t, dir)
	says(dir, "SET key value", "+OK")
	child := pid(t, log)
	r.Close()
	if err := syscall.Kill(child, 0); err == nil {
		t.Error("it has not ended")
	}
	if start(t, dir); !says(dir, "GET key", "$5") {
		t.Error("it has forgotten the key")
	}
}

func TestASecondServerOnTheSameFolderIsRefused(t *testing.T) {
	dir := folder(t)
	start(t, dir)
	_, err := Start(t.Context(), dir, slog.New(slog.DiscardHandler))
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "process "+strconv.Itoa(os.Getpid())) {
		t.Error(err)
	}
	if !says(dir, "PING", "+PONG") {
		t.Error("the first one was harmed")
	}
}

func TestARedisThatHasOutlivedItsServerIsEndedFirst(t *testing.T) {
	dir := folder(t)
	if err := os.Mkdir(filepath.Join(dir, dataName), 0o700); err != nil {
		t.Fatal(err)
	}
	program, err := Program()
	if err != nil {
		t.Fatal(err)
	}
	old := exec.Command("flock", append([]string{filepath.Join(dir, "redis.lock"), program}, arguments(dir)...)...)
	old.SysProcAttr = attributes()
	if err := old.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the old one has taken a write", func() bool { return says(dir, "SET key value", "+OK") })
	start(t, dir)
	_ = old.Wait()
	if !says(dir, "GET key", "$5") {
		t.Error("what the old one had is lost")
	}
}

func TestAFullDiskIsToldAndOverWhenThereIsRoom(t *testing.T) {
	dir := folder(t)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("only root can make a small disk here: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	r, log := start(t, dir)
	defer r.Close() // before the disk goes
	fill := filepath.Join(dir, "fill")
	if err := os.WriteFile(fill, make([]byte, 4<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal("the disk is not full: ", err)
	}
	big := "SET big " + strings.Repeat("x", 60<<10) // more than what is left of a page
	if says(dir, big, "+OK") {
		t.Fatal("it says that it has kept what it cannot keep")
	}
	eventually(t, "the disk is said to be full", func() bool { return strings.Contains(log.String(), ErrDiskFull.Error()) })
	if err := os.Remove(fill); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it takes writes again", func() bool { return says(dir, big, "+OK") })
}

func TestWhatRedisCannotLoadIsAnErrorThatSaysWhy(t *testing.T) {
	dir := folder(t)
	r, _ := start(t, dir)
	says(dir, "SET key value", "+OK")
	r.Close()
	files, err := filepath.Glob(filepath.Join(dir, dataName, "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) != 1 {
		t.Skip("this Redis keeps its log in other files: ", files, err)
	}
	if err := os.WriteFile(files[0], []byte("not what Redis writes\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = Start(t.Context(), dir, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "-check-aof --fix") {
		t.Error(err)
	}
}

func TestWhereNoRedisIsInstalledNothingIsMade(t *testing.T) {
	t.Setenv("PATH", folder(t))
	dir := filepath.Join(folder(t), "data")
	if _, err := Start(t.Context(), dir, slog.New(slog.DiscardHandler)); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made")
	}
}

func TestAFolderWhosePathIsTooLongForASocketIsRefused(t *testing.T) {
	_, err := Start(t.Context(), "/tmp/"+strings.Repeat("x", maxSocket), slog.New(slog.DiscardHandler))
	if !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
}
