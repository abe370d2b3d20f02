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
	for _, offset := range []int64{0, int64(len(text)) + 1} {
		output, err := crash{offset: offset}.output(log)
		if err != nil || len(output) != maxOutput || !strings.HasSuffix(string(output), "the end\n") {
			t.Errorf("from %d: %d bytes, %v", offset, len(output), err)
		}
	}
}
