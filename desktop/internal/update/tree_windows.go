package update

import (
	"errors"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// startTree starts a program in a job of its own. kill kills it and all that it has started, and so does the end of
// this process; otherwise it goes on, once release was called.
func startTree(cmd *exec.Cmd) (kill, release func(), err error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, nil, err
	}
	release = func() {
		_ = limit(job, 0)
		_ = windows.CloseHandle(job)
	}
	if err := limit(job, windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE); err != nil {
		release()
		return nil, nil, err
	}
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

// killTree does nothing: the program has ended with the process that had started it.
func killTree(int) {}

func limit(job windows.Handle, flags uint32) error {
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = flags
	_, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	return err
}

func assign(job windows.Handle, pid int) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	return errors.Join(windows.AssignProcessToJobObject(job, process), windows.CloseHandle(process))
}
