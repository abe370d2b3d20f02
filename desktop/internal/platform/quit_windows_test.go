package platform

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/windows"
)

func TestASetupEndsWhoeverWaitsForIt(t *testing.T) {
	ended := make(chan error)
	go func() { ended <- WatchQuit(t.Context()) }()
	name, err := windows.UTF16PtrFromString(quitEvent)
	if err != nil {
		t.Fatal(err)
	}
	event, err := windows.CreateEvent(nil, 0, 0, name) // whoever comes first makes it
	if err != nil && !errors.Is(err, windows.ERROR_ALREADY_EXISTS) {
		t.Fatal(err)
	}
	defer func() { _ = windows.CloseHandle(event) }()
	if err := windows.SetEvent(event); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := WatchQuit(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("without a setup: %v", err)
	}
}

func TestTheEndOfAProcessIsSeen(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run", "^TestASetupEndsWhoeverWaitsForIt$")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	process, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(child.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- waitFor(t.Context(), process, nil) }()
	_ = child.Process.Kill()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	_ = child.Wait()
}
