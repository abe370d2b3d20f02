package screen

import (
	"fmt"
	"image"
	"slices"

	"github.com/go-gl/glfw/v3.4/glfw"
)

// Monitors returns the names of the monitors, the main one first. Of several that have the same name,
// as monitors of one make have on Windows, each but the first has its number in the name.
func Monitors() []string {
	return namesOf(glfw.GetMonitors())
}

func namesOf(monitors []*glfw.Monitor) []string {
	var names []string
	for _, m := range monitors {
		names = append(names, m.GetName())
	}
	return distinct(names)
}

func distinct(names []string) []string {
	seen := map[string]int{}
	var all []string
	for _, name := range names {
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, seen[name])
		}
		all = append(all, name)
	}
	return all
}

// WorkArea returns the part of a monitor that no panel covers, in pixels. A monitor without a name, or
// one that is not plugged in, is the main one.
func WorkArea(monitor string) image.Rectangle {
	m := find(monitor)
	if m == nil { // every monitor is unplugged; the next tick asks again
		return image.Rect(0, 0, 800, 600)
	}
	x, y, w, h := m.GetWorkarea()
	return image.Rect(x, y, x+w, y+h)
}

func find(name string) *glfw.Monitor {
	monitors := glfw.GetMonitors()
	if i := slices.Index(namesOf(monitors), name); i >= 0 {
		return monitors[i]
	}
	return glfw.GetPrimaryMonitor()
}
