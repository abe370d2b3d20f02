package supervisor

import (
	"path/filepath"
	"strconv"
	"testing"
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
