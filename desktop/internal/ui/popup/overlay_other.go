//go:build !linux && !freebsd && !netbsd && !openbsd

package popup

import "github.com/go-gl/glfw/v3.4/glfw"

// unmanage has nothing to add to GLFW's own "floating" and "no focus on show" here.
func unmanage(*glfw.Window) error { return nil }

func raise(*glfw.Window) {}
