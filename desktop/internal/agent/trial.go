package agent

import (
	"context"
	"slices"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
)

// A trial is a test alarm on its way: each part that an order passes says whether it works.
type trial struct {
	agent  *Agent
	report ipc.TestReport
	ends   time.Time              // what is open then has failed; zero: there is no trial
	told   []func(ipc.TestReport) // wait for the end
	cancel context.CancelFunc     // ends the question to the server
}

// test begins a test alarm. A person who asks again begins it anew.
func (a *Agent) test() {
	now := time.Now()
	a.bell.StartTest(now)
	told := a.trial.told
	a.trial.end()
	a.trial = trial{agent: a, told: told, ends: now.Add(alarm.TestDuration), cancel: func() {}}
	for _, name := range []string{ipc.StepServer, ipc.StepStream, ipc.StepDisk, ipc.StepSound, ipc.StepWindow} {
		a.trial.report.Steps = append(a.trial.report.Steps, ipc.TestStep{Name: name, State: ipc.StepOpen})
	}
	a.trial.askServer()
	a.trial.look()
}

// askServer makes one round trip to the server, beside the loop.
func (t *trial) askServer() {
	a, ends := t.agent, t.ends
	check := a.link.check
	if check == nil {
		return // look says why
	}
	ctx, cancel := context.WithDeadline(context.Background(), ends)
	t.cancel = cancel
	a.wait.Go(func() {
		defer cancel()
		err := check(ctx)
		a.post(func() {
			if a.trial.ends == ends {
				a.trial.settle(ipc.StepServer, err)
			}
		})
	})
}

// look settles what is known here and now.
func (t *trial) look() {
	a := t.agent
	alarm := a.alarm(time.Now())
	if alarm.State == ipc.Connected {
		t.good(ipc.StepStream)
	} else {
		t.bad(ipc.StepStream, a.line(alarm))
	}
	if a.link.check == nil {
		t.bad(ipc.StepServer, a.line(alarm))
	}
	if r := a.ringer; r.child != nil && r.sounds { // an order rings: the test's own sound does not come
		t.heard(r.play.Sound)
	}
	if a.screen.child != nil && a.screen.testing { // that of the test before
		t.good(ipc.StepWindow)
	}
	if a.inbox.Err() == nil {
		t.good(ipc.StepDisk)
	} else {
		t.bad(ipc.StepDisk, a.Translator.Text("agent.no-disk"))
	}
}

func (t *trial) settle(step string, err error) {
	if err != nil {
		t.bad(step, err.Error())
		return
	}
	t.good(step)
}

// heard says that the device took the first samples of a sound.
func (t *trial) heard(sound string) {
	switch {
	case sound == "": // a check is no sound
	case t.agent != nil && t.agent.ringer.muted != "":
		t.bad(ipc.StepSound, t.agent.Translator.Text("agent.muted"))
	default:
		t.good(ipc.StepSound)
	}
}

// silent says that nothing can be heard.
func (t *trial) silent() {
	if t.agent != nil {
		t.bad(ipc.StepSound, t.agent.Translator.Text("agent.no-sound"))
	}
}

// unseen says that no window can be shown.
func (t *trial) unseen() {
	if t.agent != nil {
		t.bad(ipc.StepWindow, t.agent.Translator.Text("agent.no-window"))
	}
}

func (t *trial) good(step string)        { t.close(step, ipc.StepGood, "") }
func (t *trial) bad(step, detail string) { t.close(step, ipc.StepBad, detail) }

// close ends a step, if it is open: what was found first holds.
func (t *trial) close(step, state, detail string) {
	i := slices.IndexFunc(t.report.Steps, func(s ipc.TestStep) bool { return s.Name == step && s.State == ipc.StepOpen })
	if i < 0 {
		return
	}
	t.report.Steps = slices.Clone(t.report.Steps) // the window may not have been told the last one yet
	t.report.Steps[i] = ipc.TestStep{Name: step, State: state, Detail: detail}
	t.report.Done = !slices.ContainsFunc(t.report.Steps, func(s ipc.TestStep) bool { return s.State == ipc.StepOpen })
	t.tell()
}

// tell shows how it goes.
func (t *trial) tell() {
	report := t.report
	t.agent.screen.next.report = &report
	if !report.Done {
		return
	}
	t.ends = time.Time{}
	for _, told := range t.told {
		told(report)
	}
	t.told = nil
}

// due ends what has been open for too long.
func (t *trial) due(now time.Time) {
	if t.ends.IsZero() || now.Before(t.ends) {
		return
	}
	for _, s := range t.report.Steps {
		t.bad(s.Name, t.agent.Translator.Text("agent.test-late"))
	}
}

// end forgets the trial.
func (t *trial) end() {
	if t.cancel != nil {
		t.cancel()
	}
	*t = trial{}
}
