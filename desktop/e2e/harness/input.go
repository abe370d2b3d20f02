//go:build linux

package harness

import (
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// pressDelay is the time between moving the mouse and pressing its button. Programs that draw
// at 60 Hz may read the mouse once a frame only, and frames are long on a busy machine.
const pressDelay = 250 * time.Millisecond

// Click moves the mouse to a point, and presses its left button.
func (s *Screen) Click(ctx context.Context, at image.Point) error {
	if err := s.Point(ctx, at); err != nil {
		return err
	}
	select {
	case <-time.After(pressDelay):
		return s.xdotool(ctx, "click", "1")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Point moves the mouse to a point. It does without --sync: xdotool would wait 15 s if the mouse is there already.
func (s *Screen) Point(ctx context.Context, at image.Point) error {
	return s.xdotool(ctx, "mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y))
}

// Type types text into the window that has the focus.
func (s *Screen) Type(ctx context.Context, text string) error {
	return s.xdotool(ctx, "type", "--delay", "20", "--", text)
}

// Press presses keys such as "ctrl+a" or "Tab", one after another.
func (s *Screen) Press(ctx context.Context, keys ...string) error {
	return s.xdotool(ctx, append([]string{"key", "--delay", "20", "--"}, keys...)...)
}

func (s *Screen) xdotool(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "xdotool", args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}, s.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("xdotool %s: %w %s", strings.Join(args, " "), err, out)
	}
	return nil
}
