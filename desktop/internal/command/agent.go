package command

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"jumun/assets/icons"
	"jumun/desktop/internal/agent"
	"jumun/desktop/internal/diagnostics/logfile"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/supervisor"
)

const (
	// trimEvery bounds how much a child that prints without end can write to the log.
	trimEvery = 20 * time.Second
	// collectAt has the agent's memory collected when it has grown by a fifth, not when
	// it has doubled: it is a few megabytes, and grows a few times a day.
	collectAt = 20 // per cent
)

// start keeps an agent alive until it ends as it was asked to.
func (p program) start(ctx context.Context) error {
	file, err := settings.Path()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log := logfile.Path(file)
	supervisor.Run(ctx, supervisor.Config{
		Program: self, Args: []string{"agent"}, Version: p.version, LogPath: log, Err: p.err,
		OpenLog: func() (*os.File, error) { return logfile.Open(log) },
	})
	return nil
}

// agent is the agent. What ends it is in the log, for there may be no other place.
func (p program) agent(ctx context.Context) error {
	// Whoever read our standard error may be gone. That is no reason to die, and
	// signal.Ignore would hand it down to the children.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	debug.SetGCPercent(collectAt)
	file, err := settings.Path()
	if err != nil {
		return err
	}
	log, err := logfile.New(logfile.Path(file), p.err)
	if err != nil {
		p.log.Error("nothing is logged but here", "err", err) // orders must ring all the same
		return p.watch(ctx, file)
	}
	defer log.Close()
	p.log = slog.New(slog.NewTextHandler(log, nil))
	ctx, stop := context.WithCancel(ctx)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer stop()
	wait.Go(func() { trimLog(ctx, log) })
	p.log.Info("jumun starts", "version", p.version, "pid", os.Getpid())
	err = p.watch(ctx, file)
	p.log.Info("jumun ends", "err", err)
	return err
}

// trimLog keeps the log within its bounds until ctx ends.
func trimLog(ctx context.Context, log *logfile.Log) {
	tick := time.NewTicker(trimEvery)
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

// watch watches for orders, by the settings in file, or shows the agent that does.
func (p program) watch(ctx context.Context, file string) error {
	dir, err := instance.Dir()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := followMove(); err != nil {
		p.log.Error("starting at login is not as it was chosen", "err", err)
	}
	err = agent.Run(ctx, agent.Config{
		SettingsPath: file, InboxPath: filepath.Join(filepath.Dir(file), "orders.log"), InstanceDir: dir, Executable: self, Version: p.version,
		Words: p.words, Icons: icons.Tray, CheckSound: checkSound,
		LogDir: filepath.Dir(logfile.Path(file)), SetLogin: startsAtLogin,
		Tokens: p.tokenStore(file), Log: p.log,
	})
	if errors.Is(err, instance.ErrRunning) {
		return p.ask(ctx, ipc.Command{Do: ipc.DoShow})
	}
	return err
}
