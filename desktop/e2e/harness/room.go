//go:build linux

package harness

import (
	"os"
	"path/filepath"
)

// A room is where one user's programs keep what they write.
type room struct{ dir string }

func (s *Stage) newRoom(name string) (room, error) {
	r := room{filepath.Join(s.Dir, name)}
	for _, dir := range []string{r.config(), r.in("cache"), r.in("data"), r.in("state"), r.in("run")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (r room) in(name string) string { return filepath.Join(r.dir, name) }
func (r room) config() string        { return r.in("config") }

// env is the whole environment of the user's programs, but for the screen and the bus.
func (r room) env() []string {
	return append(r.private(),
		"PATH="+os.Getenv("PATH"), "LANG=ko_KR.UTF-8", "HOME="+r.dir, "XDG_RUNTIME_DIR="+r.in("run"),
		"NO_AT_BRIDGE=1", // else every GTK program starts helpers for screen readers
	)
}

// private keeps what programs write away from any other user's.
func (r room) private() []string {
	return []string{
		"XDG_CONFIG_HOME=" + r.config(), "XDG_CACHE_HOME=" + r.in("cache"),
		"XDG_DATA_HOME=" + r.in("data"), "XDG_STATE_HOME=" + r.in("state"),
	}
}
