package orders

import (
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newer is a line of the journal as a newer version might write it.
func newer(n int) string {
	body := fmt.Sprintf(`{"snoozed":{"mart":"42","id":"%d-0"}}`, n)
	return fmt.Sprintf("%08x %s\n", crc32.Checksum([]byte(body), castagnoli), body)
}

func TestLinesOfANewerVersionAreNoDamageAndAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b, err := Open(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	b.Take(event("42", 1))
	b.Take(event("42", 2))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(newer(1) + newer(2)); err != nil || file.Close() != nil {
		t.Fatal(err)
	}
	for before := range 2 { // the file is written anew at each start
		if b, err = Open(path, noon); err != nil {
			t.Fatal(err)
		}
		if len(b.Open()) != 2+before || b.LastID("42") != "" {
			t.Errorf("%d orders wait, and the log is asked for what follows %q: what a newer version read is not known", len(b.Open()), b.LastID("42"))
		}
		b.Take(event("42", 3))
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(raw), newer(1)+newer(2)) {
		t.Errorf("the file has %s, %v", raw, err)
	}
	if _, err := os.Stat(path + ".bad"); !os.IsNotExist(err) {
		t.Error("a copy was set aside as damaged")
	}
}

func TestLinesOfANewerVersionHaveABound(t *testing.T) {
	var lines strings.Builder
	for n := range maxUnknown + 10 {
		lines.WriteString(newer(n))
	}
	b, damaged := loaded(t, []byte(lines.String()))
	if damaged != 0 || len(b.unknown) != maxUnknown || string(b.unknown[0])+"\n" != newer(10) {
		t.Errorf("%d lines are damaged, %d are kept", damaged, len(b.unknown))
	}
}
