// Package harness is a desktop without hardware: a screen, a session bus, a tray, a
// keyboard, a mouse and PCs with recording sound devices, for programs to be tried on.
//
// All of it is real software; only the hardware is not. A Session owns every process it
// starts: Close ends them, and fails if one got away. When the program that opened the
// stage is killed, the kernel ends them.
package harness
