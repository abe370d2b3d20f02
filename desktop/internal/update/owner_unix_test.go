//go:build unix

package update

import (
	"os"
	"testing"
)

func TestAProgramOfAnotherUserIsLeftToThatUser(t *testing.T) {
	u, s := newUpdater(t)
	if err := os.Chown(u.program, 4242, -1); err != nil {
		t.Skip("only root may give a file away:", err)
	}
	var newer string
	u.Newer = func(version string) { newer = version }
	if err := os.WriteFile(u.next, []byte("the other user's next program"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := u.tidy(); err != nil {
		t.Error(err)
	}
	u.look(t.Context(), s)
	if got, err := os.ReadFile(u.next); newer != "1.2.0" || err != nil || string(got) != "the other user's next program" {
		t.Errorf("told %q; the next program is %q, %v", newer, got, err)
	}
}
