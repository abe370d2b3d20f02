//go:build linux

package main

import (
	"os"
	"path/filepath"
)

// hasScreen reports whether there is an X11 screen. With Wayland alone the app runs, too,
// but this program cannot take screenshots of it.
func hasScreen(getenv func(string) string) bool { return getenv("DISPLAY") != "" }

// hasSound reports whether there is a sound device, or a sound server that has one.
func hasSound(getenv func(string) string, exists func(pattern string) bool) bool {
	runtime := getenv("XDG_RUNTIME_DIR")
	return getenv("PULSE_SERVER") != "" ||
		runtime != "" && (exists(filepath.Join(runtime, "pulse", "native")) || exists(filepath.Join(runtime, "pipewire-0"))) ||
		exists("/dev/snd/pcm*p")
}

// exists reports whether any file matches the pattern.
func exists(pattern string) bool {
	found, _ := filepath.Glob(pattern) // the patterns are ours
	for _, path := range found {
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}
