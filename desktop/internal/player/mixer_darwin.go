package player

import (
	"context"
	"time"

	"jumun/desktop/internal/platform"
)

// This file was compiled but never run on macOS.

// A mixer asks macOS for the volume of the device that plays sounds. macOS has none for each program.
type mixer struct{}

// scriptTimeout is how long osascript may take. It needs a tenth of a second, and longer when it is first used.
const scriptTimeout = 2 * time.Second

func (*mixer) controls() ([]control, string) { return appleScript(runScript).controls(), "" }
func (*mixer) close()                        {}

func runScript(script string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), scriptTimeout)
	defer cancel()
	return platform.AppleScript(ctx, script)
}
