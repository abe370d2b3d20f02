//go:build windows

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"

	"jumun/desktop/e2e/windows/seen"
)

func listProcesses() (found []seen.Process, err error) {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil, err
	}
	defer windows.CloseHandle(snapshot)
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		found = append(found, seen.Process{PID: entry.ProcessID, Parent: entry.ParentProcessID, Program: windows.UTF16ToString(entry.ExeFile[:])})
	}
	return found, nil
}

// terminate ends a process as the task manager does: with this exit code, and without asking it.
func terminate(pid, code uint32) error {
	process, err := windows.OpenProcess(windows.PROCESS_TERMINATE, false, pid)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	return windows.TerminateProcess(process, code)
}

// environ returns this process's environment with changes; an empty value removes a variable.
func environ(changes map[string]string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		_, changed := changes[strings.ToUpper(name)]
		return changed
	})
	for name, value := range changes {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// start starts a program as Explorer does: without standard handles, which os/exec always gives.
func start(command string, changes map[string]string) (pid uint32, err error) {
	line, err := windows.UTF16PtrFromString(command)
	if err != nil {
		return 0, err
	}
	block := utf16.Encode([]rune(strings.Join(environ(changes), "\x00") + "\x00\x00"))
	info := windows.StartupInfo{Cb: uint32(unsafe.Sizeof(windows.StartupInfo{})), Flags: windows.STARTF_USESTDHANDLES}
	var process windows.ProcessInformation
	if err := windows.CreateProcess(nil, line, nil, nil, false, windows.CREATE_UNICODE_ENVIRONMENT, &block[0], nil, &info, &process); err != nil {
		return 0, err
	}
	return process.ProcessId, errors.Join(windows.CloseHandle(process.Thread), windows.CloseHandle(process.Process))
}

// run runs a program to its end.
// run runs a program and waits for it. command is its command line as it is, if Go would quote args in another way.
func run(command string, args []string, changes map[string]string) (out, errs string, code int, err error) {
	if len(args) == 0 {
		return "", "", 0, errors.New("nothing to run")
	}
	var o, e bytes.Buffer
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = environ(changes)
	if command != "" { // what it starts may outlive it, and must not keep a pipe
		cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: command}
	} else {
		cmd.Stdout, cmd.Stderr = &o, &e
	}
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = nil
	}
	if cmd.ProcessState != nil {
		code = cmd.ProcessState.ExitCode()
	}
	return o.String(), e.String(), code, err
}
