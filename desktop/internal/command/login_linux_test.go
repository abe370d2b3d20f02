package command

import (
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func TestAStartAtLoginThatThisUserDoesNotWantStartsNothing(t *testing.T) {
	file := newHome(t)
	s := settings.Default()
	s.Login = false
	if err := settings.Save(file, s); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := run("start", "--at-login"); code != done || out+errs != "" {
		t.Errorf("%d, %s, %s", code, out, errs)
	}
}

// Two setups may start one each.
func TestASecondStartAtLoginShowsNothing(t *testing.T) {
	newHome(t)
	asked := fakeAgent(t, ipc.Reply{})
	cmd, errs := jumun(t, "start", "--at-login")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, errs)
	}
	if c := <-asked; c.Do != ipc.DoShow || !c.Quiet {
		t.Errorf("asked %+v", c)
	}
}
