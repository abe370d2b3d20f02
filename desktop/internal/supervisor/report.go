package supervisor

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	// reports is how many crashes are remembered. The oldest is dropped for a new one:
	// what happens now is what a person asks about.
	reports = 10
	// lastWords is how much of the log a report holds, in bytes: the traces of some
	// hundred goroutines.
	lastWords = 64 << 10
)

// A crash is an end of the agent that nobody asked for.
type crash struct {
	at    time.Time
	lived time.Duration
	how   error // its status or signal, or why it could not be started
	from  int64 // where in the log its words begin
}

// write writes the report beside the log, and drops the oldest.
func (c crash) write(log, version string) error {
	dir := filepath.Dir(log)
	said, err := c.said(log)
	if err != nil {
		said = fmt.Appendf(nil, "its words cannot be read: %v\n", err)
	}
	text := fmt.Appendf(nil, "time: %s\nversion: %s\nlived: %v\nended: %v\n\n%s",
		c.at.Format(time.RFC3339), version, c.lived.Round(time.Millisecond), c.how, said)
	// By name is by time, whatever the time zone does.
	name := filepath.Join(dir, "crash-"+c.at.UTC().Format("20060102T150405.000000Z")+".txt")
	return errors.Join(os.WriteFile(name, text, 0o600), prune(dir))
}

// said is the end of what this agent and its children printed.
func (c crash) said(log string) ([]byte, error) {
	f, err := os.Open(log)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from := c.from
	if info.Size() < from { // it is a new file since
		from = 0
	}
	from = max(from, info.Size()-lastWords)
	return io.ReadAll(io.NewSectionReader(f, from, lastWords))
}

// prune drops the oldest reports.
func prune(dir string) error {
	all, err := filepath.Glob(filepath.Join(dir, "crash-*.txt")) // sorted
	for len(all) > reports && err == nil {
		err = os.Remove(all[0])
		all = all[1:]
	}
	return err
}
