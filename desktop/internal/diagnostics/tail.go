package diagnostics

import (
	"bytes"
	"io"
	"os"
)

// tail reads at most the last bytes of a file, from the beginning of a line: half a token
// would not be known as one.
func tail(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from := max(0, info.Size()-most)
	text, err := io.ReadAll(io.NewSectionReader(f, from, most)) // not further: it may grow
	if from > 0 {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return text, err
}

// errorLines are the last errors of some logs.
type errorLines struct{ lines [][]byte } // oldest first

// before adds the errors of a log that ends before those known so far.
func (e *errorLines) before(log []byte) {
	var found [][]byte
	for line := range bytes.Lines(log) {
		if bytes.Contains(line, []byte(" level=ERROR ")) { // as slog writes it
			found = append(found, bytes.Clone(line)) // or the whole log stays in memory
		}
	}
	all := append(found, e.lines...)
	e.lines = all[max(0, len(all)-errorsKept):]
}

func (e *errorLines) text() []byte { return bytes.Join(e.lines, nil) }
