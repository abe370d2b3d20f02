package player

import (
	"syscall"
	"unsafe"
)

// A comObject is an object of Windows' Component Object Model. It begins with the address
// of a table of functions, each of which takes the object as its first argument.
type comObject struct {
	functions *[32]uintptr // more than any interface has that is used here
}

// call calls the function at an index of the table, and reports whether it succeeded.
// What args point to must not move during the call, so it goes to the heap.
//
//go:uintptrescapes
func (o *comObject) call(index int, args ...uintptr) bool {
	hr, _, _ := syscall.SyscallN(o.functions[index], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return int32(hr) >= 0
}

// release gives the object back, by the third function of every object.
func (o *comObject) release() { o.call(2) }
