package revocation

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/shared/wire"
)

// opened opens the file of a list.
func opened(t *testing.T, path string, list *List) *Backup {
	t.Helper()
	b, err := OpenBackup(path, list, quiet())
	must(t, err)
	return b
}

func TestOfADamagedFileWhatCanBeReadIsKnownAndACopyIsKept(t *testing.T) {
	const good = `{"device":"pc-1","at":"2026-11-28T10:00:00Z"}`
	const other = `{"key":"k1","at":"2026-11-28T10:00:00Z"}`
	for name, tt := range map[string]struct {
		text string
		want int
	}{
		"empty":                     {"", 0},
		"half a file":               {"{\"revocations\":[\n" + good + ",\n" + other[:20], 1},
		"a comma too many":          {"{\"revocations\":[\n" + good + ",\n" + other + ",\n]}\n", 2},
		"an entry that is none":     {"{\"revocations\":[\n" + good + ",\n{\"device\":\"pc-2\",\"at\":12},\n" + other + "\n]}\n", 2},
		"an entry without its time": {`{"revocations":[{"device":"pc-2"},` + good + `]}`, 1},
		"an entry of two things":    {`{"revocations":[{"device":"a","key":"b","at":"2026-11-28T10:00:00Z"},` + good + `]}`, 1},
		"another kind":              {`{"revocations":7}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "keys.json.revoked")
			must(t, os.WriteFile(path, []byte(tt.text), 0o600))
			list := &List{}
			b := opened(t, path, list)
			if list.Len() != tt.want || list.Known() {
				t.Errorf("it knows %v", all(list))
			}
			b.write()
			if kept, err := os.ReadFile(path + ".bad"); tt.text != "" && (err != nil || string(kept) != tt.text) {
				t.Errorf("the copy has %q, %v", kept, err)
			}
			again := &List{}
			if opened(t, path, again); again.Len() != tt.want {
				t.Errorf("written anew it has %v", all(again))
			}
		})
	}
}

func TestAFileThatCannotBeOpenedIsNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json.revoked")
	must(t, os.Symlink(path, path)) // not even root can open it
	if _, err := OpenBackup(path, &List{}, quiet()); !errors.Is(err, ErrUnreadable) {
		t.Errorf("it was opened: %v", err)
	}
}

func TestTwoWhoHaveOneFileLoseNothingOfEachOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json.revoked")
	one, two := &List{}, &List{}
	a, b := opened(t, path, one), opened(t, path, two)
	one.Learn([]wire.Revocation{{Device: "pc-1", At: time.Now()}})
	a.write()
	two.Learn([]wire.Revocation{{Device: "pc-2", At: time.Now()}})
	b.write()
	kept := &List{}
	if opened(t, path, kept); kept.Len() != 2 {
		t.Errorf("the file has %v", all(kept))
	}
}

func TestWhatAServerThatWasKilledLeftIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json.revoked")
	for _, name := range []string{path + ".123", path + ".456", path + ".old"} {
		must(t, os.WriteFile(name, nil, 0o600))
	}
	long := time.Now().Add(-2 * leftoverAfter)
	must(t, os.Chtimes(path+".123", long, long))
	must(t, os.Chtimes(path+".old", long, long))
	opened(t, path, &List{})
	if left, _ := filepath.Glob(path + ".*"); !slices.Equal(left, []string{path + ".456", path + ".old"}) {
		t.Errorf("left are %v", left)
	}
}

func TestWhatWasRevokedAndTakenBackIsKeptInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json.revoked")
	now := time.UnixMilli(time.Now().UnixMilli()).UTC()
	list, again := &List{}, &List{}
	b := opened(t, path, list)
	list.Learn([]wire.Revocation{{Device: "shop/pc-1", MartID: "42", At: now}, {Key: "k1", At: now, UndoneAt: now}, {Device: "pc-1", Older: true, At: now}})
	b.write()
	before, err := os.Stat(path)
	must(t, err)
	b.write()
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("it was written again, though nothing has changed: %v", err)
	}
	opened(t, path, again)
	show := func(v *List) []string {
		var shown []string
		for _, r := range all(v) {
			shown = append(shown, fieldOf(r)+r.At.String()+r.UndoneAt.String())
		}
		slices.Sort(shown)
		return shown
	}
	if got, want := show(again), show(list); !slices.Equal(got, want) || len(got) != 4 {
		t.Errorf("kept %s, want %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("it leaves %v", left)
	}
}
