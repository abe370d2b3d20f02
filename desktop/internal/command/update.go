package command

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"time"

	"jumun/desktop/internal/agent"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/supervisor"
	"jumun/desktop/internal/update"
)

// healthTimeout is how long a healthy agent may need to say so.
const healthTimeout = 3 * time.Second

// onTrial is an environment variable of a program that another one watches: nobody has to be told that it fails.
const onTrial = "JUMUN_TRIAL"

// isOnTrial reports whether another program watches this one, which began then. The variable stays after the trial.
func isOnTrial(began time.Time) bool {
	return os.Getenv(onTrial) != "" && time.Since(began) <= update.TrialLimit
}

// notOnTrial returns a command whose program nobody watches, though another one may watch, or have watched, this one.
func notOnTrial(cmd *exec.Cmd) *exec.Cmd {
	cmd.Env = append(cmd.Environ(), onTrial+"=")
	return cmd
}

// alertUnlessOnTrial returns what tells people that the agent fails again and again, but not while another program
// watches this one.
func (p program) alertUnlessOnTrial(began time.Time) func(why string) {
	return func(why string) {
		if !isOnTrial(began) {
			p.alert(why)
		}
	}
}

// updates returns what the agent of an executable needs to update jumun; nil without a supervisor, which would start
// the other version.
func (p program) updates(settingsPath, executable string) *agent.Updates {
	keys, err := update.Keys()
	if err != nil {
		p.log.Error("jumun does not update itself: it was built with keys that are none", "err", err)
	}
	if len(keys) == 0 || os.Getenv(supervisor.Lifeline) == "" {
		return nil
	}
	return &agent.Updates{Installation: update.Find(executable, settingsPath, p.version), Keys: keys}
}

// trial returns what runs another version in place of the one of an executable.
func (p program) trial(settingsPath, executable string, log io.Writer) update.Trial {
	return update.Trial{
		Installation: update.Find(executable, settingsPath, p.version),
		Command: func(path string) *exec.Cmd {
			jumun := exec.Command(path, "start")
			jumun.Env = append(os.Environ(), unasked+"=1", onTrial+"=1")
			return jumun
		},
		Guard:   func() *exec.Cmd { return platform.Program(context.Background(), executable, "guard") },
		Stopped: supervisor.Stopped, Ask: p.health,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}
}

// health asks the agent that runs how it is.
func (p program) health(ctx context.Context) (update.Health, error) {
	reply, err := p.reply(ctx, ipc.Command{Do: ipc.DoStatus}, healthTimeout)
	if err != nil || reply.Status == nil {
		return update.Health{}, err
	}
	s := reply.Status
	return update.Health{
		Version: s.Version, PID: s.PID, Connected: s.State == ipc.Connected, Detail: s.Detail,
		Sound: failureOf(s.Player), Window: failureOf(s.UI),
	}, nil
}

// failureOf returns why a child process failed; "" if it did not.
func failureOf(s ipc.ChildStatus) string {
	if s.State != ipc.ChildFailed {
		return ""
	}
	return cmp.Or(s.Detail, s.State)
}
