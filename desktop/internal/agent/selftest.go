package agent

import (
	"cmp"
	"context"
	"slices"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
)

// A selfTest is a test alarm on its way: each part that an order passes reports whether it works.
// Without steps in its report there is no test, and results are ignored.
type selfTest struct {
	agent    *Agent
	report   ipc.TestReport
	deadline time.Time              // steps that are open then have failed; zero: no test is under way
	waiters  []func(ipc.TestReport) // get the complete report
	cancel   context.CancelFunc     // ends the round trip to the server
}

func newSelfTest(a *Agent) selfTest { return selfTest{agent: a, cancel: func() {}} }

// startTest starts a test alarm, in place of one that is under way.
func (a *Agent) startTest() {
	now := time.Now()
	a.decider.StartTest(now)
	waiters := a.selfTest.waiters
	a.selfTest.stop()
	a.selfTest.waiters, a.selfTest.deadline = waiters, now.Add(alarm.TestDuration)
	for _, name := range a.selfTest.steps() {
		a.selfTest.report.Steps = append(a.selfTest.report.Steps, ipc.TestStep{Name: name, State: ipc.StepOpen})
	}
	a.selfTest.checkServer()
	a.selfTest.checkNow()
}

// steps returns the steps of a test.
func (t *selfTest) steps() []string {
	all := []string{ipc.StepServer, ipc.StepStream, ipc.StepDisk, ipc.StepSound, ipc.StepWindow}
	if t.agent.settings.Awake {
		all = append(all, ipc.StepAwake)
	}
	return all
}

// checkServer makes one round trip to the server, outside the loop.
func (t *selfTest) checkServer() {
	a, deadline := t.agent, t.deadline
	check := a.connection.check
	if check == nil {
		return // checkNow reports why
	}
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	t.cancel = cancel
	a.wait.Go(func() {
		defer cancel()
		err := check(ctx)
		a.post(func() {
			switch {
			case a.selfTest.deadline != deadline: // it was another test
			case err != nil:
				a.selfTest.fail(ipc.StepServer, client.Explain(a.Translator, err))
			default:
				a.selfTest.pass(ipc.StepServer)
			}
		})
	})
}

// checkNow closes the steps whose result is known already.
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
	switch p := a.player; { // a sound that plays already: the sound of the test may not come
	case p.process == nil:
	case !p.playedAt.IsZero():
		t.soundEnded(p.play, p.unheard)
	case p.started:
		t.soundStarted(p.play)
	}
	if a.ui.process != nil && a.ui.testShown { // by the test before
		t.pass(ipc.StepWindow)
	}
	a.checkAwake()
	if a.orders.Err() == nil {
		t.pass(ipc.StepDisk)
	} else {
		t.fail(ipc.StepDisk, a.Translator.Text("agent.no-disk"))
	}
}

// soundStarted reports that the device took the first samples of a sound. One that is listened to
// has not proved anything yet.
func (t *selfTest) soundStarted(play ipc.Play) {
	if muted := t.agent.player.muted; muted != "" || !play.Listen {
		t.soundIsHeard(play, muted)
	}
}

// soundEnded reports that a sound was played, and why it was not heard well.
func (t *selfTest) soundEnded(play ipc.Play, why string) {
	t.soundIsHeard(play, cmp.Or(t.agent.player.muted, why))
}

func (t *selfTest) soundIsHeard(play ipc.Play, why string) {
	switch {
	case play.Sound == "": // a check of the speaker plays none
	case why != "":
		t.fail(ipc.StepSound, t.agent.Translator.Text("agent."+mutedText(why)))
	default:
		t.pass(ipc.StepSound)
	}
}

func (t *selfTest) pass(step string)         { t.setResult(step, ipc.StepGood, "") }
func (t *selfTest) fail(step, detail string) { t.setResult(step, ipc.StepBad, detail) }

// setResult closes a step if it is open: the first result counts.
func (t *selfTest) setResult(step, state, detail string) {
	i := slices.IndexFunc(t.report.Steps, func(s ipc.TestStep) bool { return s.Name == step && s.State == ipc.StepOpen })
	if i < 0 {
		return
	}
	t.report.Steps = slices.Clone(t.report.Steps) // the ui process may not have been sent the report before yet
	t.report.Steps[i] = ipc.TestStep{Name: step, State: state, Detail: detail}
	t.report.Done = !slices.ContainsFunc(t.report.Steps, func(s ipc.TestStep) bool { return s.State == ipc.StepOpen })
	t.publish()
}

// publish shows the report, and hands it to the waiters when it is complete.
func (t *selfTest) publish() {
	report := t.report
	t.agent.ui.pending.report = &report
	if !report.Done {
		return
	}
	t.deadline = time.Time{}
	for _, waiter := range t.waiters {
		waiter(report)
	}
	t.waiters = nil
}

// expire fails the steps that are open at the deadline.
func (t *selfTest) expire(now time.Time) {
	if t.deadline.IsZero() || now.Before(t.deadline) {
		return
	}
	for _, s := range t.report.Steps {
		t.fail(s.Name, t.agent.Translator.Text("agent.test-late"))
	}
}

// stop forgets the test.
func (t *selfTest) stop() {
	t.cancel()
	*t = newSelfTest(t.agent)
}
