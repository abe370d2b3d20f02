package command

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheOrdersAreForgottenInAFolderOfAnyName(t *testing.T) {
	for _, name := range []string{"jumun", "a[b", "강남[점]"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, ending := range []string{"", ".bad"} {
			if err := os.WriteFile(filepath.Join(dir, ordersName+ending), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := removeOrders(dir)
		if left, readErr := os.ReadDir(dir); err != nil || readErr != nil || len(left) > 0 {
			t.Errorf("in %s are %v: %v, %v", name, left, err, readErr)
		}
	}
	if err := removeOrders(filepath.Join(t.TempDir(), "none")); err != nil {
		t.Error(err)
	}
}
