package platform

import (
	"context"
	"fmt"

	"golang.org/x/sys/windows"
)

// The flags of SetThreadExecutionState, see
// https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-setthreadexecutionstate.
const (
	esSystemRequired  = 0x00000001
	esDisplayRequired = 0x00000002
	esContinuous      = 0x80000000
)

// An inhibitor sets the state of the thread that calls it. When the process ends, so does that state.
type inhibitor struct{}

func (inhibitor) set(_ context.Context, w Wakefulness) error {
	set := windows.NewLazySystemDLL("kernel32.dll").NewProc("SetThreadExecutionState")
	if before, _, err := set.Call(flags(w)); before == 0 {
		return fmt.Errorf("keep this PC awake: %w", err)
	}
	return nil
}

func flags(w Wakefulness) uintptr {
	switch w {
	case Awake:
		return esContinuous | esSystemRequired
	case ScreenOn:
		return esContinuous | esSystemRequired | esDisplayRequired
	}
	return esContinuous
}
