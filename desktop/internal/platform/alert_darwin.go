package platform

import "context"

// This file was compiled but never run on macOS.

// Alert shows a message, and returns when a person has closed it: nobody sees what a program prints that macOS has
// started.
func Alert(title, text string) error {
	_, err := AppleScript(context.Background(), `on run argv
	display alert (item 1 of argv) message (item 2 of argv) as critical
end run`, title, text)
	return err
}
