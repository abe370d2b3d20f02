// Package lean keeps a process that mostly sleeps small.
//
// One executable has all roles, so the start of each runs through the code and the tables
// of all, Fyne's among them: some 20 MB that neither the keeper nor the agent needs again.
package lean

import "runtime/debug"

// Rest gives back to the system what this process does not need while it sleeps: memory
// that was freed, and the parts of the executable that were last used at the start, say.
// What is needed after all comes back by itself, from the system's cache of the file. It
// takes a few milliseconds of a core.
func Rest() {
	debug.FreeOSMemory()
	shed()
}
