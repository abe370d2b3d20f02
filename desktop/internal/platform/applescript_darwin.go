package platform

import (
	"context"
	"os/exec"
	"strings"
)

// This file was compiled but never run on macOS.

// AppleScript runs a script by osascript(1), and returns what it says. The script gets args, if it takes them.
func AppleScript(ctx context.Context, script string, args ...string) (string, error) {
	said, err := exec.CommandContext(ctx, "/usr/bin/osascript", append([]string{"-e", script}, args...)...).Output()
	return strings.TrimSpace(string(said)), err
}
