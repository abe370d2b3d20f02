package supervisor

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAReaderThatIsStuckHoldsNobodyUp(t *testing.T) {
	read, write, err := os.Pipe() // which nobody reads
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	log := filepath.Join(t.TempDir(), "jumun.log")
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := follow(log, write)
	if err := os.WriteFile(log, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	f.end()
	if took := time.Since(begun); took > 2*farewell {
		t.Errorf("took %v", took)
	}
	_ = write.Close()
}

func TestWhatIsWrittenAfterTheLogWasEmptiedIsPassedOn(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	said, log := readLines(t, read), filepath.Join(t.TempDir(), "jumun.log")
	put := func(how int, text string) {
		file, err := os.OpenFile(log, how|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	put(os.O_APPEND, "from another day\n")
	f := follow(log, write)
	defer f.end()
	put(os.O_APPEND, "before it\n")
	if rest := said.until(""); rest != "before it" {
		t.Errorf("first %q", rest)
	}
	put(os.O_TRUNC, "after it\n")
	said.until("after it")
}

func TestTheLastWordsArePassedOn(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	log := filepath.Join(t.TempDir(), "jumun.log")
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	said := readLines(t, read)
	f := follow(log, write)
	f.stop() // as if the news of them came late
	if err := os.WriteFile(log, []byte("the last\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.end()
	said.until("the last")
}

func TestFollowingAllocatesNothing(t *testing.T) {
	log := filepath.Join(t.TempDir(), "jumun.log")
	line := []byte("time=2024-07-27T15:04:05Z level=INFO msg=connected\n")
	file, err := os.OpenFile(log, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	f := &follower{file: file, to: null}
	each := testing.AllocsPerRun(100, func() {
		if _, err := file.Write(line); err != nil {
			t.Fatal(err)
		}
		f.pass()
	})
	if each != 0 || f.at != 101*int64(len(line)) {
		t.Errorf("%v allocations; at %d", each, f.at)
	}
}
