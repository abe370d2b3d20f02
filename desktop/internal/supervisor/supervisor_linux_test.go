package supervisor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/internal/wait"
)

// The roles of the test binary when a test starts it.
const (
	agentRole      = "as-agent"      // then its behaviour
	supervisorRole = "as-supervisor" // then the log and the behaviour of its agents
)

// TestMain makes the test binary an agent or a supervisor when a test starts it as one.
func TestMain(m *testing.M) {
	if len(os.Args) < 3 {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case agentRole:
		os.Exit(agent(os.Args[2]))
	case supervisorRole:
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		Run(ctx, config(os.Args[2], os.Args[3], os.Stderr))
	default:
		os.Exit(m.Run())
	}
}

// agent prints that it is up, and then behaves as a test asked.
func agent(behaviour string) int {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	fmt.Fprintln(os.Stderr, "up", os.Getpid())
	switch behaviour {
	case "panic":
		panic("as a test asked")
	case "chatter": // until it is asked to end
		for {
			select {
			case <-asked:
				return Stopped
			case <-time.After(time.Millisecond):
				fmt.Fprintln(os.Stderr, "still", os.Getpid())
			}
		}
	case "stay":
		<-asked
		fmt.Fprintln(os.Stderr, "asked")
		return Stopped
	case "explain":
		fmt.Fprintln(os.Stderr, "jumun: the disk is full")
		return 1
	}
	status, err := strconv.Atoi(behaviour)
	if err != nil {
		panic(err)
	}
	return status
}

func config(log, behaviour string, to *os.File) Config {
	command := func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, os.Args[0], agentRole, behaviour) }
	return Config{Command: command, Version: "v1.2.3", LogPath: log, Err: to}
}

// A running is a supervisor that runs in this process. Its waits are recorded and take no time.
type running struct {
	*supervisor
	t     *testing.T
	out   *output
	waits []time.Duration
	stop  context.CancelFunc
	done  chan struct{}
}

// start runs a supervisor of agents that behave like that, and stops it at its nth wait.
func start(t *testing.T, behaviour string, n int) *running {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	w := &running{t: t, out: readOutput(t, read), stop: stop, done: make(chan struct{})}
	w.supervisor = &supervisor{Config: config(filepath.Join(t.TempDir(), "jumun.log"), behaviour, write)}
	w.wait = func(_ context.Context, d time.Duration) {
		if w.waits = append(w.waits, d); len(w.waits) == n {
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

func (w *running) end() {
	w.t.Helper()
	select {
	case <-w.done:
	case <-time.After(20 * time.Second):
		w.t.Fatal("the supervisor did not end")
	}
}

// reports returns the crash reports, oldest first.
func (w *running) reports() (texts []string) {
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

func TestAKilledAgentIsRestartedAndReported(t *testing.T) {
	t.Parallel()
	w := start(t, "stay", 3)
	first := w.out.nextPID()
	kill(t, first)
	second := w.out.nextPID()
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

func TestAnAgentThatPanicsIsRestartedThoughItsStatusIsThatOfWrongUsage(t *testing.T) {
	t.Parallel()
	w := start(t, "panic", 2)
	first, second := w.out.nextPID(), w.out.nextPID()
	w.end()
	reports := w.reports()
	if first == second || len(reports) != 2 || !strings.Contains(reports[0], "ended: exit status 2\n") || !strings.Contains(reports[0], "panic: as a test asked") {
		t.Errorf("%d, %d, %q", first, second, reports)
	}
	if strings.Contains(reports[1], fmt.Sprint("up ", first, "\n")) {
		t.Error("the second report holds the output of the first agent")
	}
}

func TestAnAgentThatAlwaysFailsIsAlwaysRestarted(t *testing.T) {
	t.Parallel()
	w := start(t, "1", 14)
	w.end()
	s := time.Second
	want := []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s}
	if !slices.Equal(w.waits, want) {
		t.Errorf("waits %v", w.waits)
	}
	var last int
	for range want {
		last = w.out.nextPID()
	}
	reports := w.reports()
	if len(reports) != 10 || !strings.Contains(reports[9], fmt.Sprint("up ", last, "\n")) || !strings.Contains(reports[0], "exit status 1") {
		t.Errorf("%d reports, the last %q", len(reports), reports[len(reports)-1])
	}
}

func TestNextBackoff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		last, uptime time.Duration
		want         time.Duration
	}{
		{"the first crash", 0, 0, time.Second},
		{"the second", time.Second, 59 * time.Second, 2 * time.Second},
		{"the sixth", 16 * time.Second, 0, 30 * time.Second},
		{"one of many", 30 * time.Second, 0, 30 * time.Second},
		{"after a minute of uptime", 30 * time.Second, time.Minute, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := nextBackoff(tt.last, tt.uptime); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestAnAgentThatWasAskedToEndIsNotRestarted(t *testing.T) {
	t.Parallel()
	t.Run("the agent says so", func(t *testing.T) {
		w := start(t, strconv.Itoa(Stopped), 1)
		w.end()
		if len(w.waits)+len(w.reports()) != 0 {
			t.Errorf("waits %v, reports %q", w.waits, w.reports())
		}
	})
	t.Run("the supervisor is stopped and asks the agent", func(t *testing.T) {
		w := start(t, "stay", 1)
		w.out.nextPID()
		w.stop()
		w.out.waitFor("asked")
		w.end()
		if len(w.waits)+len(w.reports()) != 0 {
			t.Errorf("waits %v, reports %q", w.waits, w.reports())
		}
	})
}

func TestAMissingExecutableIsTriedAgain(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	ctx, stop := context.WithCancel(t.Context())
	s := &supervisor{Config: config(filepath.Join(t.TempDir(), "jumun.log"), "stay", write)}
	s.Command = func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, filepath.Join(t.TempDir(), "missing"))
	}
	s.wait = func(_ context.Context, d time.Duration) {
		if d == 4*time.Second {
			stop()
		}
	}
	s.run(ctx)
	if reports := (&running{supervisor: s, t: t}).reports(); len(reports) != 3 || !strings.Contains(reports[0], "no such file") {
		t.Errorf("reports %q", reports)
	}
}

func TestTheAgentRunsThoughTheLogCannotBeOpened(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out := readOutput(t, read)
	c := config(filepath.Join(os.Args[0], "jumun.log"), strconv.Itoa(Stopped), write) // below a file there is no folder
	(&supervisor{Config: c, wait: wait.For}).run(t.Context())                         // the agent writes to the standard error of this test
	_ = write.Close()
	out.waitFor("jumun: no log: ")
}
