package revocation

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/shared/wire"
)

func TestAFileThatIsNoneIsNoReasonNotToStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json.revoked")
	for _, text := range []string{"", "{", `{"revocations":[{"device":"a","key":"b"},{"device":"pc-1"}]}`, `{"revocations":7}`} {
		must(t, os.WriteFile(path, []byte(text), 0o600))
		list := &List{}
		OpenBackup(path, list, quiet())
		if list.Len() != 0 || list.Known() {
			t.Errorf("%q: it knows %v", text, all(list))
		}
	}
}

func TestWhatWasRevokedAndTakenBackIsKeptInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json.revoked")
	now := time.UnixMilli(time.Now().UnixMilli()).UTC()
	list, again := &List{}, &List{}
	b := OpenBackup(path, list, quiet())
	list.Learn([]wire.Revocation{{Device: "shop/pc-1", MartID: "42", At: now}, {Key: "k1", At: now, UndoneAt: now}, {Device: "pc-1", Older: true, At: now}})
	b.write()
	before, err := os.Stat(path)
	must(t, err)
	b.write()
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("it was written again, though nothing has changed: %v", err)
	}
	OpenBackup(path, again, quiet())
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
