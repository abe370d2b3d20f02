package update

import (
	"testing"

	"golang.org/x/sys/windows"
)

func TestWhatThisUserMakesIsNotAnotherUsers(t *testing.T) {
	if i := install(t); !isOwner(i.program) || !i.isOurs() {
		t.Error("it takes it for another user's")
	}
}

func TestAnAccountIsUsIfThisProcessActsAsIt(t *testing.T) {
	for name, want := range map[string]bool{
		"S-1-1-0":                        true, // everyone
		"S-1-5-7":                        false,
		"S-1-5-21-1-2-3-1001":            false, // a user of another PC
		windowsUser(t).User.Sid.String(): true,
	} {
		account, err := windows.StringToSid(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := isUs(account); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func windowsUser(t *testing.T) *windows.Tokenuser {
	t.Helper()
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	return user
}
