package platform

import (
	"context"
	"time"
)

// This file was compiled but never run on macOS.

// A daemon shows notifications by AppleScript, in the name of the Script Editor. They have no button; a click on one
// does not reach us, so the texts are what counts.
type daemon struct{}

// showTimeout is how long osascript may take: it starts within a second.
const showTimeout = 10 * time.Second

func (daemon) show(ctx context.Context, n Notification, _ func(int)) error {
	if n == (Notification{}) { // macOS takes it off the screen by itself
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, showTimeout)
	defer cancel()
	_, err := AppleScript(ctx, `on run argv
	display notification (item 2 of argv) with title (item 1 of argv)
end run`, n.Title, n.Body)
	return err
}

func (daemon) close() {}
