package agent

import (
	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
)

// An awakeState is whether this PC is kept awake.
type awakeState struct {
	wanted platform.Wakefulness
	is     platform.Wakefulness
	err    error // why it is not
}

// updateAwake keeps this PC awake if the settings say so, and its screen lit while orders ring.
func (a *Agent) updateAwake(now alarm.Alarm) {
	want := platform.MaySleep
	switch {
	case now.Awake && now.Play != nil && now.Play.Repeat:
		want = platform.ScreenOn
	case now.Awake:
		want = platform.Awake
	}
	if want != a.awake.wanted {
		a.awake.wanted = want
		a.awakeKeeper.Keep(want)
	}
}

// awakeChanged takes what the system answered. It logs an error once, though each order asks anew.
func (a *Agent) awakeChanged(is platform.Wakefulness, err error) {
	told := a.awake.error()
	if err != nil {
		is = platform.MaySleep
	}
	a.awake.is, a.awake.err = is, err
	if now := a.awake.error(); now != "" && now != told {
		a.Log.Error("this PC may fall asleep, and no order rings then", "err", now)
	}
	a.checkAwake()
}

// checkAwake closes that step of a test if the system has answered.
func (a *Agent) checkAwake() {
	switch {
	case a.awake.err != nil:
		a.selfTest.fail(ipc.StepAwake, a.Translator.Text("agent.may-sleep"))
	case a.awake.is != platform.MaySleep:
		a.selfTest.pass(ipc.StepAwake)
	}
}

// awakeText returns what people read of a PC that falls asleep while orders may come; "" if it does not,
// or that is not known yet.
func (a *Agent) awakeText() string {
	if a.awake.wanted == platform.MaySleep || a.awake.err == nil {
		return ""
	}
	return a.Translator.Text("agent.may-sleep")
}

func (s awakeState) error() string {
	if s.err == nil {
		return ""
	}
	return s.err.Error()
}
