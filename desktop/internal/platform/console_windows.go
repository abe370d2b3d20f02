package platform

import (
	"io"
	"os"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"
)

// AttachConsole returns the standard input, output and error of this process, which has no
// console of its own. What leads to a file or another program stays as it is; the rest becomes
// the console of the program that started this one, if that has one. A closed console ends the
// programs attached to it, so the agent must not be one.
func AttachConsole() (in io.Reader, out, errs io.Writer) {
	const parent = ^uintptr(0)
	if attached, _, _ := kernel32.NewProc("AttachConsole").Call(parent); attached == 0 {
		return os.Stdin, os.Stdout, os.Stderr
	}
	return standard(os.Stdin, "CONIN$"), writer(standard(os.Stdout, "CONOUT$")), writer(standard(os.Stderr, "CONOUT$"))
}

var kernel32 = windows.NewLazySystemDLL("kernel32.dll")

// standard returns f, or the console if f leads nowhere.
func standard(f *os.File, console string) *os.File {
	if kind, err := windows.GetFileType(windows.Handle(f.Fd())); err != nil || kind == windows.FILE_TYPE_UNKNOWN {
		if f, err := os.OpenFile(console, os.O_RDWR, 0); err == nil {
			return f
		}
	}
	return os.NewFile(f.Fd(), f.Name()) // before there was a console, os could not see that f is one
}

// writer returns f itself if it is the console, for which os translates. In a file or a pipe
// people and programs expect the characters as the console has them: 949 on a Korean PC.
func writer(f *os.File) io.Writer {
	const utf8 = 65001
	var mode uint32
	page, _, _ := kernel32.NewProc("GetConsoleOutputCP").Call()
	if windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) == nil || page == 0 || page == utf8 {
		return f
	}
	return pageWriter{f, uint32(page)}
}

// A pageWriter writes UTF-8 in another code page. Each Write must hold whole characters.
type pageWriter struct {
	file *os.File
	page uint32
}

func (w pageWriter) Write(text []byte) (int, error) {
	coded, err := inPage(string(text), w.page)
	if err == nil {
		_, err = w.file.Write(coded)
	}
	if err != nil {
		return 0, err
	}
	return len(text), nil
}

// inPage returns text in a code page. Characters that the page does not have become question marks.
func inPage(text string, page uint32) ([]byte, error) {
	wide := utf16.Encode([]rune(text))
	if len(wide) == 0 {
		return nil, nil
	}
	coded := make([]byte, 4*len(wide)) // no code page needs more
	n, _, err := kernel32.NewProc("WideCharToMultiByte").Call(uintptr(page), 0, uintptr(unsafe.Pointer(&wide[0])), uintptr(len(wide)),
		uintptr(unsafe.Pointer(&coded[0])), uintptr(len(coded)), 0, 0)
	if n == 0 {
		return nil, err
	}
	return coded[:n], nil
}
