package supervisor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAReportOfALogThatWasEmptiedHoldsWhatCameAfter(t *testing.T) {
	log := filepath.Join(t.TempDir(), "jumun.log")
	text := strings.Repeat("a", 200<<10) + "the end\n"
	if err := os.WriteFile(log, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []int64{0, int64(len(text)) + 1} {
		said, err := crash{from: from}.said(log)
		if err != nil || len(said) != lastWords || !strings.HasSuffix(string(said), "the end\n") {
			t.Errorf("from %d: %d bytes, %v", from, len(said), err)
		}
	}
}
