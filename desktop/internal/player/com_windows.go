package player

import (
	"syscall"
	"unsafe"
)

// An object is one of Windows' COM objects: it begins with the address of a table of its
// functions, which all take the object first.
type object struct {
	functions *[32]uintptr // more than any interface has that is asked here
}

// call calls the function at a place in the table, and says whether it succeeded.
// What args point to must not move meanwhile, so it goes to the heap.
//
//go:uintptrescapes
func (o *object) call(place int, args ...uintptr) bool {
	hr, _, _ := syscall.SyscallN(o.functions[place], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return int32(hr) >= 0
}

// release says that we are done with it: the third function of every object.
func (o *object) release() { o.call(2) }
