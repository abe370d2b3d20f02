package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The roles of the test binary when a test starts it.
const (
	agentRole  = "as-agent"  // then how it behaves
	keeperRole = "as-keeper" // then the log and how its agents behave
)

// TestMain makes this program an agent, or its keeper, when a test starts it as one.
func TestMain(m *testing.M) {
	if len(os.Args) < 3 {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case agentRole:
		os.Exit(agent(os.Args[2]))
	case keeperRole:
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		Run(ctx, config(os.Args[2], os.Args[3], os.Stderr))
	default:
		os.Exit(m.Run())
	}
}

// agent says that it is there and behaves as it is told.
func agent(how string) int {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	fmt.Fprintln(os.Stderr, "up", os.Getpid())
	switch how {
	case "panic":
		panic("as it is told")
	case "chatter": // until it is asked to end
		for {
			select {
			case <-asked:
				return 0
			case <-time.After(time.Millisecond):
				fmt.Fprintln(os.Stderr, "still", os.Getpid())
			}
		}
	case "stay":
		<-asked
		fmt.Fprintln(os.Stderr, "asked")
		return 0
	}
	status, err := strconv.Atoi(how)
	if err != nil {
		panic(err)
	}
	return status
}

func config(log, how string, to *os.File) Config {
	return Config{
		Program: os.Args[0], Args: []string{agentRole, how}, Version: "v1.2.3", LogPath: log, Err: to,
		OpenLog: func() (*os.File, error) { return os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600) },
	}
}

// A watched keeper runs in this process, and what it passes on can be read.
type watched struct {
	*keeper
	t     *testing.T
	lines *lines
	waits []time.Duration // it waited for; it does not in truth
	stop  context.CancelFunc
	done  chan struct{}
}

// keep keeps an agent that behaves like that, with at most so many waits.
func keep(t *testing.T, how string, waits int) *watched {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	w := &watched{t: t, lines: readLines(t, read), stop: stop, done: make(chan struct{})}
	w.keeper = &keeper{Config: config(filepath.Join(t.TempDir(), "jumun.log"), how, write)}
	w.wait = func(_ context.Context, d time.Duration) {
		if w.waits = append(w.waits, d); len(w.waits) == waits {
			stop()
		}
	}
	go func() {
		defer close(w.done)
		defer write.Close()
		w.run(ctx)
	}()
	t.Cleanup(func() { stop(); <-w.done })
	return w
}

func (w *watched) end() {
	w.t.Helper()
	select {
	case <-w.done:
	case <-time.After(20 * time.Second):
		w.t.Fatal("the keeper did not end")
	}
}

// reports are what was written of crashes, the oldest first.
func (w *watched) reports() (texts []string) {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(w.LogPath), "crash-*"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		texts = append(texts, string(raw))
	}
	return texts
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func TestAKilledAgentIsReplacedAndReported(t *testing.T) {
	w := keep(t, "stay", 3)
	first := w.lines.up()
	kill(t, first)
	second := w.lines.up()
	w.stop()
	w.end()
	if first == second || !slices.Equal(w.waits, []time.Duration{time.Second}) {
		t.Errorf("%d, %d, waits %v", first, second, w.waits)
	}
	reports := w.reports()
	if len(reports) != 1 {
		t.Fatalf("reports %q", reports)
	}
	for _, part := range []string{"time: 2", "version: v1.2.3\n", "lived: ", "ended: signal: killed\n", fmt.Sprint("\n\nup ", first, "\n")} {
		if !strings.Contains(reports[0], part) {
			t.Errorf("the report lacks %q: %s", part, reports[0])
		}
	}
}

func TestAnAgentThatPanicsIsReplacedThoughItsStatusIsThatOfWrongUsage(t *testing.T) {
	w := keep(t, "panic", 2)
	first, second := w.lines.up(), w.lines.up()
	w.end()
	reports := w.reports()
	if first == second || len(reports) != 2 || !strings.Contains(reports[0], "ended: exit status 2\n") || !strings.Contains(reports[0], "panic: as it is told") {
		t.Errorf("%d, %d, %q", first, second, reports)
	}
	if strings.Contains(reports[1], fmt.Sprint("up ", first, "\n")) {
		t.Error("the second report holds the words of the first agent")
	}
}

func TestAnAgentThatFailsForEverIsStartedForEver(t *testing.T) {
	w := keep(t, "1", 14)
	w.end()
	s := time.Second
	want := []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s}
	if !slices.Equal(w.waits, want) {
		t.Errorf("waits %v", w.waits)
	}
	var last int
	for range want {
		last = w.lines.up()
	}
	reports := w.reports()
	if len(reports) != 10 || !strings.Contains(reports[9], fmt.Sprint("up ", last, "\n")) || !strings.Contains(reports[0], "exit status 1") {
		t.Errorf("%d reports, the last %q", len(reports), reports[len(reports)-1])
	}
}

func TestPause(t *testing.T) {
	tests := []struct {
		name        string
		last, lived time.Duration
		want        time.Duration
	}{
		{"the first crash", 0, 0, time.Second},
		{"the second", time.Second, 59 * time.Second, 2 * time.Second},
		{"the sixth", 16 * time.Second, 0, 30 * time.Second},
		{"one of many", 30 * time.Second, 0, 30 * time.Second},
		{"after a minute of life", 30 * time.Second, time.Minute, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := pause(tt.last, tt.lived); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestAnAskedForEndIsTheEnd(t *testing.T) {
	t.Run("of the agent by itself", func(t *testing.T) {
		w := keep(t, "0", 1)
		w.end()
		if len(w.waits)+len(w.reports()) != 0 {
			t.Errorf("waits %v, reports %q", w.waits, w.reports())
		}
	})
	t.Run("of the keeper, which asks the agent", func(t *testing.T) {
		w := keep(t, "stay", 1)
		w.lines.up()
		w.stop()
		w.lines.until("asked")
		w.end()
		if len(w.waits)+len(w.reports()) != 0 {
			t.Errorf("waits %v, reports %q", w.waits, w.reports())
		}
	})
}

func TestAnExecutableThatIsGoneIsTriedAgain(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	ctx, stop := context.WithCancel(t.Context())
	k := &keeper{Config: config(filepath.Join(t.TempDir(), "jumun.log"), "stay", write)}
	k.Program = filepath.Join(t.TempDir(), "gone")
	k.wait = func(_ context.Context, d time.Duration) {
		if d == 4*time.Second {
			stop()
		}
	}
	k.run(ctx)
	if reports := (&watched{keeper: k, t: t}).reports(); len(reports) != 3 || !strings.Contains(reports[0], "no such file") {
		t.Errorf("reports %q", reports)
	}
}

func TestTheAgentRunsThoughThereCanBeNoLog(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	said := readLines(t, read)
	c := config("", "0", write)
	c.OpenLog = func() (*os.File, error) { return nil, errors.New("the disk is full") }
	(&keeper{Config: c, wait: wait}).run(t.Context()) // the agent's own words are on our standard error
	_ = write.Close()
	said.until("jumun: no log: the disk is full")
}
