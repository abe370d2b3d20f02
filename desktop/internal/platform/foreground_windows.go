package platform

import "golang.org/x/sys/windows"

// AllowForeground lets another process of ours open a window in the foreground. Windows gives that right to the process
// that a person has just clicked, which is the one with the tray: without it the window would only flash in the task bar.
func AllowForeground(pid int) {
	_, _, _ = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow").Call(uintptr(pid)) // fails where nobody has clicked
}
