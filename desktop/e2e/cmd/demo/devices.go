//go:build linux

package main

import (
	"os"
	"path/filepath"
)

// hasScreen says whether there is an X11 screen. Where only Wayland is, the app runs
// through it too, but nothing of it can be looked at from here.
func hasScreen(getenv func(string) string) bool { return getenv("DISPLAY") != "" }

// hasSound says whether there is a sound device, or a sound server that has one.
func hasSound(getenv func(string) string, exists func(pattern string) bool) bool {
	runtime := getenv("XDG_RUNTIME_DIR")
	return getenv("PULSE_SERVER") != "" ||
		runtime != "" && (exists(filepath.Join(runtime, "pulse", "native")) || exists(filepath.Join(runtime, "pipewire-0"))) ||
		exists("/dev/snd/pcm*p")
}

// exists says whether any file is called so.
func exists(pattern string) bool {
	found, _ := filepath.Glob(pattern) // the patterns are ours
	for _, path := range found {
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}
