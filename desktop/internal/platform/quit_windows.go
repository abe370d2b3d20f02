package platform

import (
	"context"
	"errors"

	"golang.org/x/sys/windows"
)

// quitEvent is what a setup sets to make jumun end, in the session of its user: "jumun quit" may ask for the PIN.
const quitEvent = `Local\jumun-quit`

// WatchQuit returns nil when a setup asks this process to end, or the error of ctx.
func WatchQuit(ctx context.Context) error {
	name, err := windows.UTF16PtrFromString(quitEvent)
	if err != nil {
		return err
	}
	event, err := windows.CreateEvent(nil, 0, 0, name)
	if errors.Is(err, windows.ERROR_ALREADY_EXISTS) { // an agent that ends has it
		err = nil
	}
	return waitFor(ctx, event, err)
}

// waitFor waits for an object of Windows, and closes it. It returns nil, or the error of ctx. For an object that could
// not be opened it waits in vain.
func waitFor(ctx context.Context, object windows.Handle, err error) error {
	if err != nil {
		<-ctx.Done()
		return ctx.Err()
	}
	defer func() { _ = windows.CloseHandle(object) }()
	stop, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		<-ctx.Done()
		return ctx.Err()
	}
	defer func() { _ = windows.CloseHandle(stop) }()
	defer context.AfterFunc(ctx, func() { _ = windows.SetEvent(stop) })()
	_, _ = windows.WaitForMultipleObjects([]windows.Handle{object, stop}, false, windows.INFINITE)
	return ctx.Err()
}
