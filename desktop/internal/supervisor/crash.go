package supervisor

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// maxReports is how many crash reports are kept. The oldest is deleted for a new one:
	// people ask about what happens now.
	maxReports = 10
	// maxOutput is how much of the log a report holds, in bytes: enough for the stack
	// traces of about a hundred goroutines.
	maxOutput = 64 << 10
)

// A crash is an end of the agent that nobody asked for.
type crash struct {
	at     time.Time
	uptime time.Duration
	err    error // the exit status or signal, or why the agent could not be started
	offset int64 // where in the log the output of this agent begins
}

// write writes a report beside the log, and deletes the oldest one.
func (c crash) write(log, version string) error {
	dir := filepath.Dir(log)
	output, err := c.output(log)
	if err != nil {
		output = fmt.Appendf(nil, "its output cannot be read: %v\n", err)
	}
	text := fmt.Appendf(nil, "time: %s\nversion: %s\nlived: %v\nended: %v\n\n%s",
		c.at.Format(time.RFC3339), version, c.uptime.Round(time.Millisecond), c.err, output)
	// In UTC, the order of the names is the order of the crashes in any time zone.
	name := filepath.Join(dir, "crash-"+c.at.UTC().Format("20060102T150405.000000Z")+".txt")
	return errors.Join(os.WriteFile(name, text, 0o600), deleteOldReports(dir))
}

// output returns the end of what this agent and its children wrote to the log.
func (c crash) output(log string) ([]byte, error) {
	f, err := os.Open(log)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	offset := c.offset
	if info.Size() < offset { // the log was emptied since
		offset = 0
	}
	offset = max(offset, info.Size()-maxOutput)
	return io.ReadAll(io.NewSectionReader(f, offset, maxOutput))
}

// said returns the error that this agent printed last; "" if it printed none.
func (c crash) said(log string) (why string) {
	output, err := c.output(log)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(output)) {
		if rest, ok := strings.CutPrefix(line, "jumun: "); ok {
			why = strings.TrimSpace(rest)
		}
	}
	return why
}

func deleteOldReports(dir string) error {
	entries, err := os.ReadDir(dir) // sorted
	reports := slices.DeleteFunc(entries, func(e os.DirEntry) bool {
		return !strings.HasPrefix(e.Name(), "crash-") || !strings.HasSuffix(e.Name(), ".txt")
	})
	for len(reports) > maxReports && err == nil {
		err = os.Remove(filepath.Join(dir, reports[0].Name()))
		reports = reports[1:]
	}
	return err
}
