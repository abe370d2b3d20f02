package platform

import (
	"errors"

	"github.com/ebitengine/purego"
)

// This file was compiled but never run on macOS.

// A powerWatch is a registration for what IOKit tells of sleep, with the functions of IOPMLib.h and IOKitLib.h.
type powerWatch struct {
	register    func(context uintptr, port *uintptr, callback uintptr, notifier *uint32) (root uint32)
	setQueue    func(port, queue uintptr)
	allow       func(root uint32, id uintptr) int32
	deregister  func(notifier *uint32) int32
	destroyPort func(port uintptr)
	closeRoot   func(root uint32) int32
	newQueue    func(label string, attributes uintptr) uintptr // of libdispatch

	root, notifier uint32
	port           uintptr
}

// watchPower calls told from a thread of the system, one call after another. told must not block.
func watchPower(told func(message uint32, id uintptr)) (*powerWatch, error) {
	w := &powerWatch{}
	err := errors.Join(
		load("/usr/lib/libSystem.B.dylib", map[string]any{"dispatch_queue_create": &w.newQueue}),
		load("/System/Library/Frameworks/IOKit.framework/IOKit", map[string]any{
			"IORegisterForSystemPower": &w.register, "IONotificationPortSetDispatchQueue": &w.setQueue, "IOAllowPowerChange": &w.allow,
			"IODeregisterForSystemPower": &w.deregister, "IONotificationPortDestroy": &w.destroyPort, "IOServiceClose": &w.closeRoot,
		}))
	if err != nil {
		return nil, err
	}
	callback := purego.NewCallback(func(_ uintptr, _, message uint32, id uintptr) { told(message, id) })
	if w.root = w.register(0, &w.port, callback, &w.notifier); w.root == 0 {
		return nil, errors.New("IOKit does not tell of sleep")
	}
	w.setQueue(w.port, w.newQueue("kr.jumun.sleep", 0))
	return w, nil
}

func (w *powerWatch) close() {
	w.deregister(&w.notifier)
	w.closeRoot(w.root)
	w.destroyPort(w.port)
}

// load makes each function that has a name the one of a library. Its types must be those of the library's header.
func load(library string, functions map[string]any) error {
	handle, err := purego.Dlopen(library, purego.RTLD_LAZY|purego.RTLD_GLOBAL)
	if err != nil {
		return err
	}
	for name, function := range functions {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return err
		}
		purego.RegisterFunc(function, symbol)
	}
	return nil
}
