//go:build windows

// Command probe is the tests' hand inside Windows. It reads requests from its standard input, one a
// line, and answers each with a line of JSON.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"

	"golang.org/x/sys/windows"

	"jumun/desktop/e2e/windows/seen"
)

func main() {
	in, out := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	for in.Scan() {
		var request seen.Request
		err := json.Unmarshal(in.Bytes(), &request)
		var answer seen.Answer
		if err == nil {
			answer, err = do(request)
		}
		if err != nil {
			answer.Error = err.Error()
		}
		if out.Encode(answer) != nil {
			return
		}
	}
}

func do(r seen.Request) (a seen.Answer, err error) {
	switch r.Do {
	case seen.Windows:
		a.Windows = listWindows()
	case seen.Children:
		a.Windows = listChildren(windows.HWND(r.Window))
	case seen.Processes:
		a.Processes, err = listProcesses()
	case seen.Terminate:
		err = terminate(r.PID, r.Code)
	case seen.Start:
		a.PID, err = start(r.Command, r.Env)
	case seen.Run:
		a.Out, a.Err, a.Code, err = run(r.Command, r.Args, r.Env)
	case seen.Post:
		err = post(windows.HWND(r.Window), r.Message, uintptr(r.WParam), uintptr(r.LParam))
	case seen.Text:
		a.Out = text(windows.HWND(r.Window))
	case seen.Cover:
		err = cover(windows.HWND(r.Window))
	default:
		err = errors.New("no such request")
	}
	return a, err
}
