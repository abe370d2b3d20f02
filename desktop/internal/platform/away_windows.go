package platform

import (
	"context"
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// awayInterval is how often Windows is asked for the state of our session: it costs next to nothing.
const awayInterval = 5 * time.Second

// WatchAway calls changed with true when our session is no longer on a screen, because another user was switched to or a
// remote desktop was left, and with false when it is back, until ctx ends. Windows may then play our sounds to nobody,
// and reports no error. A session that is only locked stays on the screen, and is heard.
func WatchAway(ctx context.Context, changed func(away bool)) {
	tick := time.NewTicker(awayInterval)
	defer tick.Stop()
	watchAway(ctx, tick.C, isAway, changed)
}

// isAway reports whether our session is disconnected, in the words of WTSQuerySessionInformation (wtsapi32.h).
func isAway() (bool, error) {
	query := windows.NewLazySystemDLL("wtsapi32.dll").NewProc("WTSQuerySessionInformationW")
	if err := query.Find(); err != nil {
		return false, err
	}
	const thisServer, thisSession, connectState = 0, 0xffffffff, 8
	var state *uint32
	var size uint32
	ok, _, err := query.Call(thisServer, thisSession, connectState, uintptr(unsafe.Pointer(&state)), uintptr(unsafe.Pointer(&size)))
	if ok == 0 {
		return false, err
	}
	if state == nil {
		return false, errors.New("no state of the session")
	}
	defer windows.WTSFreeMemory(uintptr(unsafe.Pointer(state)))
	return *state == windows.WTSDisconnected, nil
}
