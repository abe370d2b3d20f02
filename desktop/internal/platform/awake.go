package platform

import (
	"context"
	"runtime"
	"time"
)

// A Wakefulness is what a person who does nothing must not be answered with: sleep, or a dark screen.
type Wakefulness int

const (
	MaySleep Wakefulness = iota
	Awake                // the PC does not sleep by itself; its screen may go dark
	ScreenOn             // nor does its screen
)

// renewAwake is how often the system is asked again: a part of the desktop that was restarted has
// forgotten what it was asked. No system sleeps after less by default.
const renewAwake = time.Minute

// An AwakeKeeper keeps this PC awake while it should be. A person can put it to sleep all the same.
type AwakeKeeper struct {
	told   func(Wakefulness, error)
	wanted chan Wakefulness // holds only the newest
}

// NewAwakeKeeper returns an AwakeKeeper that calls told, from the goroutine of Run, after each change
// of what is wanted or of the answer: an error is why the system does not stay awake.
func NewAwakeKeeper(told func(Wakefulness, error)) *AwakeKeeper {
	return &AwakeKeeper{told: told, wanted: make(chan Wakefulness, 1)}
}

// Keep makes this PC as wakeful as w from now on. Keep never blocks, and must be called from one
// goroutine only.
func (k *AwakeKeeper) Keep(w Wakefulness) {
	select {
	case <-k.wanted:
	default:
	}
	k.wanted <- w
}

// Run does what Keep asks for until ctx ends, and then lets this PC sleep.
func (k *AwakeKeeper) Run(ctx context.Context) {
	runtime.LockOSThread() // Windows keeps awake for a thread, as long as that lives
	defer runtime.UnlockOSThread()
	var i inhibitor
	defer func() { _ = i.set(context.WithoutCancel(ctx), MaySleep) }() // at the end, nobody handles an error
	renew := time.NewTicker(renewAwake)
	defer renew.Stop()
	var now Wakefulness
	var failed string
	for {
		before, lastFailed := now, failed
		select {
		case now = <-k.wanted:
		case <-renew.C:
		case <-ctx.Done():
			return
		}
		if before == MaySleep && now == MaySleep {
			continue
		}
		err := i.set(ctx, now)
		if failed = errorText(err); now != before || failed != lastFailed {
			k.told(now, err)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
