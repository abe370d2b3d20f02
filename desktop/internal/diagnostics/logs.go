package diagnostics

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// maxErrors is how many of the last errors are listed. The logs contain all of them.
const maxErrors = 200

// logPatterns are the files of the log folder that are packed. No other file is, whatever
// somebody puts there.
var logPatterns = [...]string{"crash-*.txt", "jumun*.log"}

// readTail reads at most the last limit bytes of a file, from the beginning of a line: mask
// would not recognise half a token.
func readTail(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	offset := max(0, info.Size()-limit)
	text, err := io.ReadAll(io.NewSectionReader(f, offset, limit)) // not more, if the file grows
	if offset > 0 {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return text, err
}

// errorLines collects the last errors of several logs.
type errorLines struct{ lines [][]byte } // oldest first

// addOlder adds the errors of a log that is older than those added before.
func (e *errorLines) addOlder(log []byte) {
	var found [][]byte
	for line := range bytes.Lines(log) {
		if bytes.Contains(line, []byte(" level=ERROR ")) { // as slog writes it
			found = append(found, bytes.Clone(line)) // a clone, or the whole log stays in memory
		}
	}
	all := append(found, e.lines...)
	e.lines = all[max(0, len(all)-maxErrors):]
}

func (e *errorLines) text() []byte { return bytes.Join(e.lines, nil) }

// addLogs adds at most limit bytes of the log files, newest first, and collects their errors.
// It has one file in memory at a time.
func addLogs(z *zip.Writer, dir string, limit int64, lastErrors *errorLines) error {
	for _, f := range logFiles(dir) {
		if limit <= 0 {
			return nil
		}
		text, err := readTail(filepath.Join(dir, f.Name()), limit)
		limit -= int64(len(text))
		if err != nil {
			text = fmt.Appendf(text, "cannot be read: %v\n", err)
		}
		text = mask(text)
		if filepath.Ext(f.Name()) == ".log" {
			lastErrors.addOlder(text)
		}
		if err := addMasked(z, "log/"+f.Name(), f.ModTime(), text); err != nil {
			return err
		}
	}
	return nil
}

// isLog reports whether a file of this name is packed.
func isLog(name string) bool {
	return slices.ContainsFunc(logPatterns[:], func(pattern string) bool {
		is, _ := filepath.Match(pattern, name) // the patterns are valid
		return is
	})
}

// logFiles returns the log files and crash reports, newest first. It returns regular files
// only: a link could point to anything.
func logFiles(dir string) (files []os.FileInfo) {
	entries, _ := os.ReadDir(dir) // the folder may be missing
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && isLog(e.Name()) {
			files = append(files, info)
		}
	}
	slices.SortStableFunc(files, func(a, b os.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	return files
}
