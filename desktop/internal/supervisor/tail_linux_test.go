package supervisor

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// writeTo writes text to the file at path, which is opened with flag.
func writeTo(t *testing.T, path string, flag int, text string) {
	t.Helper()
	file, err := os.OpenFile(path, flag|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// tailOf starts a tail of a new log, and returns the other end of the pipe that the tail
// writes to.
func tailOf(t *testing.T, content string) (tail *tail, log string, read *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close(); _ = write.Close() })
	log = filepath.Join(t.TempDir(), "jumun.log")
	writeTo(t, log, 0, content)
	if tail, err = startTail(log, write); err != nil {
		t.Fatal(err)
	}
	return tail, log, read
}

func TestAStuckReaderDoesNotHoldUpTheSupervisor(t *testing.T) {
	t.Parallel()
	tail, log, _ := tailOf(t, "") // nobody reads
	writeTo(t, log, 0, string(make([]byte, 1<<20)))
	start := time.Now()
	tail.close()
	if took := time.Since(start); took > 2*flushTimeout {
		t.Errorf("took %v", took)
	}
}

func TestWhatIsWrittenAfterTheLogWasEmptiedIsCopied(t *testing.T) {
	t.Parallel()
	tail, log, read := tailOf(t, "from another day\n")
	defer tail.close()
	output := readOutput(t, read)
	writeTo(t, log, os.O_APPEND, "before it\n")
	if rest := output.waitFor(""); rest != "before it" {
		t.Errorf("first %q", rest)
	}
	writeTo(t, log, os.O_TRUNC, "after it\n")
	output.waitFor("after it")
}

func TestTheLastLinesAreCopied(t *testing.T) {
	t.Parallel()
	tail, log, read := tailOf(t, "")
	output := readOutput(t, read)
	writeTo(t, log, 0, "the last\n")
	tail.close()
	output.waitFor("the last")
}
