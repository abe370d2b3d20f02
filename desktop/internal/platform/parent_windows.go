package platform

import (
	"context"
	"os"

	"golang.org/x/sys/windows"
)

// WatchParent returns nil when the process that started this one has ended, or the error of ctx. Of a parent that
// has ended before, or that Windows does not show, it knows nothing.
func WatchParent(ctx context.Context) error {
	parent, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(os.Getppid()))
	return waitFor(ctx, parent, err)
}

// waitFor waits for an object of Windows, and closes it. It returns nil, or the error of ctx. For an object that could
// not be opened it waits in vain.
func waitFor(ctx context.Context, object windows.Handle, err error) error {
	if err != nil {
		<-ctx.Done()
		return ctx.Err()
	}
	defer func() { _ = windows.CloseHandle(object) }()
	stop, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		<-ctx.Done()
		return ctx.Err()
	}
	defer func() { _ = windows.CloseHandle(stop) }()
	defer context.AfterFunc(ctx, func() { _ = windows.SetEvent(stop) })()
	_, _ = windows.WaitForMultipleObjects([]windows.Handle{object, stop}, false, windows.INFINITE)
	return ctx.Err()
}
