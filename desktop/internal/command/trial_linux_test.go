package command

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/internal/update"
)

// Nobody watches a jumun that starts itself again: it has to tell people at once if it fails.
func TestAJumunThatStartsItselfAgainIsNotOnTrial(t *testing.T) {
	for name, start := range map[string]func(t *testing.T) (agent int){
		"the guard of an update starts it":               guardStarts,
		"an agent starts it whose supervisor was killed": orphanStarts,
	} {
		t.Run(name, func(t *testing.T) {
			newHome(t)
			t.Setenv(onTrial, "1")
			t.Setenv(asJumun, "1")
			agent := start(t)
			t.Cleanup(func() { run("quit") })
			environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", agent))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(environment), onTrial+"=1") {
				t.Error("it would tell nobody that it fails")
			}
		})
	}
}

func guardStarts(t *testing.T) (agent int) {
	guard, errs := jumun(t, "guard") // its standard input ends at once
	if err := guard.Run(); err != nil {
		t.Fatalf("%v: %s", err, errs)
	}
	return running(t, 0)
}

func orphanStarts(t *testing.T) (agent int) {
	supervisor, _ := jumun(t)
	if err := supervisor.Start(); err != nil {
		t.Fatal(err)
	}
	orphan := running(t, 0)
	if err := supervisor.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = supervisor.Wait() // it was killed
	return running(t, orphan)
}

func TestAProgramIsOnTrialOnlyAsLongAsAnotherOneWatches(t *testing.T) {
	now, long := time.Now(), time.Now().Add(-update.TrialLimit-time.Second)
	for _, tt := range []struct {
		variable string
		began    time.Time
		want     bool
	}{{"", now, false}, {"1", now, true}, {"1", long, false}} {
		t.Setenv(onTrial, tt.variable)
		if got := isOnTrial(tt.began); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
