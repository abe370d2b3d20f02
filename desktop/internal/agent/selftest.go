package agent

import (
	"context"
	"slices"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
)

// A trial is a test alarm on its way: each part that an order passes says whether it works.
type selfTest struct {
	agent    *Agent
	report   ipc.TestReport
	deadline time.Time              // what is open then has failed; zero: there is no trial
	waiters  []func(ipc.TestReport) // wait for the end
	cancel   context.CancelFunc     // ends the question to the server
}

// test begins a test alarm. A person who asks again begins it anew.
func (a *Agent) startTest() {
	now := time.Now()
	a.decider.StartTest(now)
	told := a.selfTest.waiters
	a.selfTest.cancelTest()
	a.selfTest = selfTest{agent: a, waiters: told, deadline: now.Add(alarm.TestDuration), cancel: func() {}}
	for _, name := range []string{ipc.StepServer, ipc.StepStream, ipc.StepDisk, ipc.StepSound, ipc.StepWindow} {
		a.selfTest.report.Steps = append(a.selfTest.report.Steps, ipc.TestStep{Name: name, State: ipc.StepOpen})
	}
	a.selfTest.askServer()
	a.selfTest.checkNow()
}

// askServer makes one round trip to the server, beside the loop.
func (t *selfTest) askServer() {
	a, ends := t.agent, t.deadline
	check := a.connection.check
	if check == nil {
		return // look says why
	}
	ctx, cancel := context.WithDeadline(context.Background(), ends)
	t.cancel = cancel
	a.wait.Go(func() {
		defer cancel()
		err := check(ctx)
		a.post(func() {
			if a.selfTest.deadline == ends {
				a.selfTest.finish(ipc.StepServer, err)
			}
		})
	})
}

// look settles what is known here and now.
func (t *selfTest) checkNow() {
	a := t.agent
	alarm := a.currentAlarm(time.Now())
	if alarm.State == ipc.Connected {
		t.pass(ipc.StepStream)
	} else {
		t.fail(ipc.StepStream, a.statusLine(alarm))
	}
	if a.connection.check == nil {
		t.fail(ipc.StepServer, a.statusLine(alarm))
	}
	if r := a.player; r.process != nil && r.started { // an order rings: the test's own sound does not come
		t.soundStarted(r.play.Sound)
	}
	if a.ui.process != nil && a.ui.testShown { // that of the test before
		t.pass(ipc.StepWindow)
	}
	if a.orders.Err() == nil {
		t.pass(ipc.StepDisk)
	} else {
		t.fail(ipc.StepDisk, a.Translator.Text("agent.no-disk"))
	}
}

func (t *selfTest) finish(step string, err error) {
	if err != nil {
		t.fail(step, err.Error())
		return
	}
	t.pass(step)
}

// heard says that the device took the first samples of a sound.
func (t *selfTest) soundStarted(sound string) {
	switch {
	case sound == "": // a check is no sound
	case t.agent != nil && t.agent.player.muted != "":
		t.fail(ipc.StepSound, t.agent.Translator.Text("agent.muted"))
	default:
		t.pass(ipc.StepSound)
	}
}

// silent says that nothing can be heard.
func (t *selfTest) soundFailed() {
	if t.agent != nil {
		t.fail(ipc.StepSound, t.agent.Translator.Text("agent.no-sound"))
	}
}

// unseen says that no window can be shown.
func (t *selfTest) uiFailed() {
	if t.agent != nil {
		t.fail(ipc.StepWindow, t.agent.Translator.Text("agent.no-window"))
	}
}

func (t *selfTest) pass(step string)         { t.setResult(step, ipc.StepGood, "") }
func (t *selfTest) fail(step, detail string) { t.setResult(step, ipc.StepBad, detail) }

// close ends a step, if it is open: what was found first holds.
func (t *selfTest) setResult(step, state, detail string) {
	i := slices.IndexFunc(t.report.Steps, func(s ipc.TestStep) bool { return s.Name == step && s.State == ipc.StepOpen })
	if i < 0 {
		return
	}
	t.report.Steps = slices.Clone(t.report.Steps) // the window may not have been told the last one yet
	t.report.Steps[i] = ipc.TestStep{Name: step, State: state, Detail: detail}
	t.report.Done = !slices.ContainsFunc(t.report.Steps, func(s ipc.TestStep) bool { return s.State == ipc.StepOpen })
	t.publish()
}

// tell shows how it goes.
func (t *selfTest) publish() {
	report := t.report
	t.agent.ui.pending.report = &report
	if !report.Done {
		return
	}
	t.deadline = time.Time{}
	for _, told := range t.waiters {
		told(report)
	}
	t.waiters = nil
}

// due ends what has been open for too long.
func (t *selfTest) expire(now time.Time) {
	if t.deadline.IsZero() || now.Before(t.deadline) {
		return
	}
	for _, s := range t.report.Steps {
		t.fail(s.Name, t.agent.Translator.Text("agent.test-late"))
	}
}

// end forgets the trial.
func (t *selfTest) cancelTest() {
	if t.cancel != nil {
		t.cancel()
	}
	*t = selfTest{}
}
