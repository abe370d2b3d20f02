package logqueue

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A reader is what reads the log: awake, asleep or dead. It is used inside a bubble of synctest.
type reader struct {
	asleep chan struct{} // nil: awake; it wakes when this is closed
	dead   bool
	read   strings.Builder
}

func (r *reader) Write(p []byte) (int, error) {
	if r.asleep != nil {
		<-r.asleep
	}
	if r.dead {
		return 0, errors.New("broken pipe")
	}
	return r.read.Write(p)
}

func TestLinesComeOutInTheirOrderAndAllOfThemBeforeTheEnd(t *testing.T) {
	r, want := &reader{}, ""
	q := New(r)
	for i := range 1000 {
		line := fmt.Sprintln("line", i)
		want += line
		_, _ = q.Write([]byte(line))
	}
	q.Close(time.Minute)
	q.Close(time.Minute) // again
	if r.read.String() != want || q.Lost() != 0 {
		t.Errorf("lost %d, read %q", q.Lost(), r.read.String())
	}
}

func TestNobodyWaitsForAReaderThatSleepsAndItIsToldWhatItMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reader{asleep: make(chan struct{})}
		q, line := New(r), []byte(strings.Repeat("x", 1023)+"\n")
		began := time.Now()
		for range 3000 {
			_, _ = q.Write(line)
			synctest.Wait()
		}
		if taken := time.Since(began); taken != 0 {
			t.Errorf("writing took %v", taken)
		}
		close(r.asleep)
		synctest.Wait()
		lines := strings.Split(strings.TrimSpace(r.read.String()), "\n")
		last := lines[len(lines)-1]
		if whole := int64(len(lines) - 1); q.Lost() != 3000-whole || whole < 1000 || !strings.Contains(last, fmt.Sprintf("level=WARN msg=\"lines of this log were lost: their reader did not take them\" lines=%d", q.Lost())) {
			t.Errorf("%d lines, lost %d, at the end %s", whole, q.Lost(), last)
		}
		_, _ = q.Write([]byte("more\n"))
		q.Close(0)
		synctest.Wait()
		if got := r.read.String(); !strings.HasSuffix(got, last+"\nmore\n") {
			t.Errorf("afterwards it read %q", got[len(got)-300:])
		}
	})
}

func TestAReaderThatIsDeadCostsItsLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reader{dead: true}
		q := New(r)
		for range 5 {
			_, _ = q.Write([]byte("x\n"))
			synctest.Wait()
		}
		r.dead = false
		_, _ = q.Write([]byte("y\n"))
		q.Close(time.Minute)
		if got := r.read.String(); q.Lost() != 5 || !strings.HasPrefix(got, "y\n") || !strings.HasSuffix(got, "lines=5\n") {
			t.Errorf("lost %d, read %q", q.Lost(), got)
		}
	})
}

func TestTheEndDoesNotWaitLongForAReaderThatSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reader{asleep: make(chan struct{})}
		q := New(r)
		_, _ = q.Write([]byte("x\n"))
		began := time.Now()
		q.Close(time.Second)
		if took := time.Since(began); took != time.Second {
			t.Errorf("it took %v", took)
		}
		_, _ = q.Write([]byte("too late\n"))
		close(r.asleep)
		synctest.Wait()
		if !strings.HasPrefix(r.read.String(), "x\n") || strings.Contains(r.read.String(), "too late") || q.Lost() != 1 {
			t.Errorf("lost %d, read %q", q.Lost(), r.read.String())
		}
	})
}
