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
