// Package harness is a desktop without hardware, for tests: a screen, a session bus, a tray, a
// keyboard, a mouse and PCs with recording sound devices.
//
// All software in it is real; only the hardware is not. A Session owns every process it
// starts: Close ends them, and fails if one is left. When the program that opened the
// session is killed, the kernel ends them.
package harness
