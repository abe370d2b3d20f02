package supervisor

import (
	"fmt"
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

func TestOldReportsOfCrashesAreDeletedInAFolderOfAnyName(t *testing.T) {
	for _, name := range []string{"log", "a[b", "강남[점]"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for i := range maxReports + 3 {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("crash-%03d.txt", i)), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := deleteOldReports(dir)
		if left, readErr := os.ReadDir(dir); err != nil || readErr != nil || len(left) != maxReports || left[0].Name() != "crash-003.txt" {
			t.Errorf("in %s are %v: %v, %v", name, left, err, readErr)
		}
	}
}
