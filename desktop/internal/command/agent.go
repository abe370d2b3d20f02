package command

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"jumun/assets/icons"
	"jumun/desktop/internal/agent"
	"jumun/desktop/internal/diagnostics/logfile"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/supervisor"
	"jumun/desktop/internal/wait"
)

// ordersName is the name of the order journal, beside the settings.
const ordersName = "orders.log"

// trimInterval bounds how much a child that prints without end can add to the log.
const trimInterval = 20 * time.Second

// handOverTimeout is how long a new agent may take until it answers, and handOverRetry how often it is asked.
const handOverTimeout, handOverRetry = 30 * time.Second, 200 * time.Millisecond

// start runs the agent, and starts it again until it ends because it was asked to. A link is for the agent that
// runs, or else for the new one.
func (p program) start(ctx context.Context, c start) error {
	link := c.Link
	switch {
	case c.AtLogin && !p.wantsLogin():
		return nil
	case c.AtLogin:
		return errors.Join(os.Setenv(unasked, "1"), p.supervise(ctx))
	case link == "":
		return p.supervise(ctx)
	}
	yields, err := p.showOther(ctx, link)
	switch {
	case err == nil && !yields:
		return nil
	case err != nil && !errors.Is(err, instance.ErrNotRunning):
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var handing sync.WaitGroup
	defer handing.Wait()
	defer stop()
	handing.Go(func() { p.handOver(ctx, link) })
	return p.supervise(ctx)
}

// unasked is an environment variable of an agent that no person started.
const unasked = "JUMUN_AT_LOGIN"

// wantsLogin reports whether the settings say that jumun starts at login. Windows starts one that is installed for all
// users whatever this user chose.
func (p program) wantsLogin() bool {
	file, err := p.settingsPath()
	if err != nil {
		return true // the agent says what is wrong
	}
	s, err := settings.Load(file)
	return s.Login || err != nil
}

// handOver passes link to an agent that is being started.
func (p program) handOver(ctx context.Context, link pairingLink) {
	ctx, cancel := context.WithTimeout(ctx, handOverTimeout)
	defer cancel()
	for {
		yields, err := p.showOther(ctx, link)
		switch {
		case err == nil && !yields:
			return
		case ctx.Err() != nil:
			p.log.Error("the pairing link was not handed to the agent", "err", err)
			return
		}
		wait.For(ctx, handOverRetry)
	}
}

// supervise runs the agent, and starts it again until it ends because it was asked to.
func (p program) supervise(ctx context.Context) error {
	file, err := p.settingsPath()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	began := time.Now()
	supervisor.Run(ctx, supervisor.Config{
		Command: func(ctx context.Context) *exec.Cmd {
			jumun := platform.Program(ctx, self, "agent")
			if !isOnTrial(began) {
				return notOnTrial(jumun)
			}
			return jumun
		},
		Version: p.version, LogPath: logfile.Path(file), Err: p.err, Alert: p.alertUnlessOnTrial(began),
		HandOver: func(ctx context.Context, log io.Writer) bool { return p.trial(file, self, log).HandOver(ctx) },
	})
	return nil
}

// alert tells people, who see nothing of what a program prints, why nothing rings.
func (p program) alert(why string) {
	if err := platform.Alert(p.translator.Text("fatal.title"), p.translator.Text("fatal.text", "Cause", why)); err != nil {
		p.log.Error("nobody was told why nothing rings", "why", why, "err", err)
	}
}

// agent is the agent process. It logs the error that ends it: nobody may read its standard
// error.
func (p program) agent(ctx context.Context) error {
	// A closed standard error is no reason to die. The children would inherit signal.Ignore.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	file, err := p.settingsPath()
	if err != nil {
		return err
	}
	log, err := logfile.New(logfile.Path(file), p.err)
	if err != nil {
		p.log.Error("the log cannot be written; it is only shown here", "err", err) // orders must ring all the same
		return p.runAgent(ctx, file)
	}
	defer log.Close()
	p.log = slog.New(slog.NewTextHandler(log, nil))
	ctx, stop := context.WithCancel(ctx)
	var trimming sync.WaitGroup
	defer trimming.Wait()
	defer stop()
	trimming.Go(func() { trimLog(ctx, log) })
	p.log.Info("jumun starts", "version", p.version, "pid", os.Getpid())
	err = p.runAgent(ctx, file)
	p.log.Info("jumun ends", "err", err)
	return err
}

// trimLog keeps the log within its bounds until ctx ends.
func trimLog(ctx context.Context, log *logfile.Log) {
	tick := time.NewTicker(trimInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = log.Trim() // the log itself is the only place to report an error
		case <-ctx.Done():
			return
		}
	}
}

// errAlone ends an agent whose supervisor was killed.
var errAlone = errors.New("the process that starts the agent again has ended")

// runAgent runs the agent with the settings in file. If an agent is running already, it
// shows that one. When the time zone of this PC changes, it ends the agent and returns
// agent.ErrRestart: business hours and all times on the screen are of the zone that a process
// has read at its start. When nobody is left to start the agent again, it starts all of jumun.
func (p program) runAgent(ctx context.Context, file string) error {
	for {
		err := p.runWatched(ctx, file)
		if !errors.Is(err, errAlone) {
			return err
		}
		if err = startAll(); err == nil {
			return nil
		}
		p.log.Error("nobody will start the agent again if it crashes", "err", err)
		_ = os.Unsetenv(supervisor.Lifeline) // it is told once
	}
}

// startAll starts jumun as its user would. It waits for nothing.
func startAll() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	jumun := notOnTrial(platform.Program(context.Background(), self))
	if err := jumun.Start(); err != nil {
		return err
	}
	return jumun.Process.Release()
}

// watchSupervisor returns nil when the supervisor has ended, or the error of ctx. An agent that was started by hand has
// none.
func (p program) watchSupervisor(ctx context.Context) error {
	if os.Getenv(supervisor.Lifeline) == "" {
		<-ctx.Done()
		return ctx.Err()
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, p.in)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p program) runWatched(ctx context.Context, file string) error {
	ctx, end := context.WithCancelCause(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer end(nil)
	watch := func(changed func(context.Context) error, why error) {
		watching.Go(func() {
			if changed(ctx) == nil {
				end(why)
			}
		})
	}
	watch(platform.WatchZone, agent.ErrRestart)
	watch(p.watchSupervisor, errAlone)
	watch(platform.WatchQuit, nil)
	if err := p.runAgents(ctx, file); err != nil {
		return err
	}
	if cause := context.Cause(ctx); errors.Is(cause, agent.ErrRestart) || errors.Is(cause, errAlone) {
		return cause
	}
	return nil
}

// runAgents runs the agent, again after another one has made room for it.
func (p program) runAgents(ctx context.Context, file string) error {
	at, err := p.place()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for {
		err = agent.Run(ctx, agent.Config{
			SettingsPath: file, OrdersPath: filepath.Join(at.Data, ordersName), Place: at, Version: p.version,
			Program:    func(subcommand string) *exec.Cmd { return platform.Program(context.Background(), self, subcommand) },
			Translator: p.translator, Icons: icons.Tray, CheckSound: checkSound,
			LogDir: filepath.Dir(logfile.Path(file)), SetAutostart: setAutostart, UpdateAutostart: updateAutostart, Session: platform.Session(os.Getenv),
			Tokens: p.tokenStore(file), Updates: p.updates(file, self), OnTrial: os.Getenv(onTrial) != "", Log: p.log,
		})
		if !errors.Is(err, instance.ErrRunning) {
			return p.explain(err)
		}
		if yields, err := p.showOther(ctx, ""); err != nil || !yields {
			return err
		}
	}
}

// showOther makes the agent that runs show its settings, with what link says if there is one. It reports whether
// that agent makes room for this one instead.
func (p program) showOther(ctx context.Context, link pairingLink) (yields bool, err error) {
	reply, err := p.reply(ctx, ipc.Command{Do: ipc.DoShow, Session: platform.Session(os.Getenv), Link: string(link), Quiet: os.Getenv(unasked) != ""}, answerTimeout)
	return reply.Yields, err
}
