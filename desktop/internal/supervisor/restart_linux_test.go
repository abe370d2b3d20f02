package supervisor

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAnAgentThatWantsToBeStartedAgainIsAndNothingIsReported(t *testing.T) {
	w := start(t, strconv.Itoa(Restart), 2)
	w.end()
	if len(w.waits) != 2 {
		t.Errorf("waited %v", w.waits)
	}
	if reports, err := filepath.Glob(filepath.Join(filepath.Dir(w.LogPath), "crash-*")); err != nil || len(reports) > 0 {
		t.Errorf("reports %v, %v", reports, err)
	}
}

func TestAnAgentThatEndsWithStatusZeroWasKilled(t *testing.T) {
	w := start(t, "0", 1)
	w.end()
	if reports := w.reports(); len(w.waits) != 1 || len(reports) != 1 || !strings.Contains(reports[0], "though nobody asked") {
		t.Errorf("waited %v, reports %q", w.waits, reports)
	}
}

func TestPeopleAreToldWhyTheAgentFailsAgainAndAgain(t *testing.T) {
	for behaviour, want := range map[string]string{"explain": "the disk is full", "1": "exit status 1"} {
		told := make(chan string, 1)
		waits := 0
		ctx, stop := context.WithCancel(t.Context())
		s := &supervisor{Config: config(filepath.Join(t.TempDir(), "jumun.log"), behaviour, os.Stderr)}
		s.Alert = func(why string) { told <- why; stop(); <-t.Context().Done() } // nobody closes it
		s.wait = func(ctx context.Context, d time.Duration) {
			if waits++; d == maxBackoff {
				<-ctx.Done()
			}
		}
		s.run(ctx)
		if got := <-told; got != want || waits < 3 {
			t.Errorf("%s: told %q after %d waits, want %q", behaviour, got, waits, want)
		}
	}
}
