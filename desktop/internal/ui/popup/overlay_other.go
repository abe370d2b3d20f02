//go:build !linux && !freebsd && !netbsd && !openbsd && !windows && !darwin

package popup

import "github.com/go-gl/glfw/v3.4/glfw"

// unmanage does nothing: GLFW's "floating" and "no focus on show" suffice here.
func unmanage(*glfw.Window) error { return nil }

func raise(*glfw.Window) {}
