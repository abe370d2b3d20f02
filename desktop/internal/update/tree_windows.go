package update

import (
	"errors"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// startTree starts a program in a job of its own. kill kills it and all that it has started; otherwise it goes on after
// the end of this process, and release must be called.
func startTree(cmd *exec.Cmd) (kill, release func(), err error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, nil, err
	}
	release = func() { _ = windows.CloseHandle(job) }
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW}
	if err := cmd.Start(); err != nil {
		release()
		return nil, nil, err
	}
	if err := assign(job, cmd.Process.Pid); err != nil { // it has started nothing yet: that takes Go's runtime a while
		err = errors.Join(err, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
		release()
		return nil, nil, err
	}
	return func() {
		_ = windows.TerminateJobObject(job, 1)
		release()
	}, release, nil
}

func assign(job windows.Handle, pid int) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	return errors.Join(windows.AssignProcessToJobObject(job, process), windows.CloseHandle(process))
}
