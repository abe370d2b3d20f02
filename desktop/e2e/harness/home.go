//go:build linux

package harness

import (
	"os"
	"path/filepath"
)

// A home is the directory for all files of one user's programs.
type home struct{ dir string }

func (s *Session) newHome(name string) (home, error) {
	h := home{filepath.Join(s.Dir, name)}
	for _, dir := range []string{h.config(), h.in("cache"), h.in("data"), h.in("state"), h.in("run")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return h, err
		}
	}
	return h, nil
}

func (h home) in(name string) string { return filepath.Join(h.dir, name) }
func (h home) config() string        { return h.in("config") }

// env returns the whole environment of the user's programs, without the screen and the bus.
func (h home) env() []string {
	return append(h.private(),
		"PATH="+os.Getenv("PATH"), "LANG=ko_KR.UTF-8", "HOME="+h.dir, "XDG_RUNTIME_DIR="+h.in("run"),
		"NO_AT_BRIDGE=1", // else every GTK program starts helpers for screen readers
	)
}

// private returns the variables that keep the programs' files apart from those of other users.
func (h home) private() []string {
	return []string{
		"XDG_CONFIG_HOME=" + h.config(), "XDG_CACHE_HOME=" + h.in("cache"),
		"XDG_DATA_HOME=" + h.in("data"), "XDG_STATE_HOME=" + h.in("state"),
	}
}
