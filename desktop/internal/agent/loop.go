package agent

import (
	"context"
	"time"
)

// After an update the loop pauses before the next one, at least minUpdatePause and four times
// as long as the update took, at most maxUpdatePause. So thousands of orders that come together
// cost a few updates and a fifth of a core. A person who presses a button waits no longer than
// maxUpdatePause.
const (
	minUpdatePause = 20 * time.Millisecond
	maxUpdatePause = 500 * time.Millisecond
)

// maxIdle is how long the loop sleeps when nothing is due. Its timer does not notice that
// somebody set the clock, on which business hours depend.
const maxIdle = 5 * time.Minute

// run is the loop. It ends with ctx, and waits for the connection but not for the children.
func (a *Agent) run(ctx context.Context) {
	defer a.tray.Quit()
	defer close(a.done)
	a.start()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case f := <-a.calls:
			f()
			a.runPosted()
			if wait := time.Until(a.updateNotBefore); wait > 0 {
				timer.Reset(wait)
				continue
			}
		case <-timer.C:
		case <-ctx.Done():
			a.stopAll()
			return
		}
		began := time.Now()
		timer.Reset(a.update(began))
		a.updateNotBefore = time.Now().Add(min(max(minUpdatePause, 4*time.Since(began)), maxUpdatePause))
	}
}

// runPosted runs the calls that wait already, so that a burst of orders is one update.
func (a *Agent) runPosted() {
	for range len(a.calls) {
		(<-a.calls)()
	}
}

// start opens what was stored, and connects.
func (a *Agent) start() {
	a.player = playerProcess{agent: a}
	a.ui = uiProcess{agent: a, onTrial: a.OnTrial}
	a.selfTest = newSelfTest(a)
	s, err := a.loadSettings()
	if err != nil {
		a.Log.Error("the settings cannot be used; jumun starts with the defaults", "err", err)
	}
	a.openOrders()
	a.setLanguage(s.Language)
	a.orders.SetMart(s.Mart)
	a.updateWaiting() // before there is a connection: these orders were not missed
	a.applySettings(s)
	a.logPolicy()
	if a.settingsNotice != "" || isNotSet(s) {
		a.openSettings()
	}
	a.askShopAgain()
}

// update makes popup, sound and tray what the alarm says at now. It returns after which time it
// must be called again.
func (a *Agent) update(now time.Time) time.Duration {
	a.updatePolicy()
	alarm := a.currentAlarm(now)
	popup := a.popup(alarm, now)
	a.selfTest.expire(now)
	a.updateAutostart(now)
	a.ui.update(popup, now)
	a.updateNotification(popup)
	a.updateAwake(alarm)
	a.flushOrders(now)
	a.player.update(alarm.Play, now)
	if !alarm.Ringing { // the next alarm is raised again
		a.player.left = ""
	}
	if alarm.CheckSpeaker {
		a.player.checkSpeaker(now)
	}
	a.tray.Show(a.trayView(alarm))
	a.reportPresence(alarm)
	a.updateOfficeTest(now, alarm)
	return a.nextUpdate(now)
}

// nextUpdate returns how long after now the next update is due. It asks the decider again, since
// the update may have told it something.
func (a *Agent) nextUpdate(now time.Time) time.Duration {
	next := maxIdle
	for _, at := range []time.Time{a.decider.Decide(now).NextChange, a.ui.due, a.ui.process.silentAt(), a.ui.seenBy, a.player.process.silentAt(), a.diskRetryAt, a.selfTest.deadline, a.office.deadline, a.autostart.checkAt, a.undo.until, a.oldAt} {
		if at.After(now) { // what was due by now has just been done
			next = min(next, at.Sub(now))
		}
	}
	return next
}

// stopAll ends the connection and tells the children to end.
func (a *Agent) stopAll() {
	if a.cancelPairing != nil {
		a.cancelPairing()
	}
	a.keepShop()
	a.reportEnd()
	a.connection.stop()
	a.selfTest.stop()
	a.player.stop()
	a.ui.stop()
	if err := a.orders.Close(); err != nil {
		a.Log.Error("the journal of orders was not closed", "err", err)
	}
}
