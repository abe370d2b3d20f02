package ingest

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestWhatIsSuppressedNamesItsOrders(t *testing.T) {
	var log strings.Builder
	c := newComplaints(slog.New(slog.NewTextHandler(&log, nil)), "order lost")
	for i := range complainBurst + maxWhich + 3 {
		c.log("mart", "42", "order", fmt.Sprint(i), "err", "x")
	}
	c.logSuppressed()
	for _, want := range []string{"order=4 ", "suppressed=103", `which="42/5 42/6 `, "42/104\""} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
}
