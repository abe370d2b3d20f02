package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
)

// confirm asks a person whether to go on. The end of ctx or of the input means no.
func (e environment) confirm(ctx context.Context) bool {
	fmt.Fprint(e.stderr, e.language.choose("Go on? [y/N] ", "계속할까요? [y/N] "))
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(e.stdin).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case text := <-answer:
		return text == "y" || text == "yes" || text == "예"
	case <-ctx.Done(): // Ctrl-C; reading goes on until the process ends
		return false
	}
}

// isTerminal reports whether a person can answer at r. The null device is a character device too.
func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	null, nullErr := os.Stat(os.DevNull)
	return err == nil && nullErr == nil && info.Mode()&os.ModeCharDevice != 0 && !os.SameFile(info, null)
}
