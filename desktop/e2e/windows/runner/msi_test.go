//go:build windows

package runner

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"jumun/desktop/internal/ipc"
)

// msiexec runs msiexec, which quotes in its own way, with an MSI.
func (p *pc) msiexec(do, msi, properties string) {
	p.Helper()
	cmd := exec.Command("msiexec")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `msiexec ` + do + ` "` + msi + `" /qn ` + properties}
	p.wait(0, cmd)
}

func TestTheMSIOnAPCThatNobodyLooksAt(t *testing.T) {
	msi := os.Getenv("JUMUN_TEST_MSI")
	if msi == "" {
		t.Skip("it needs the path of jumun.msi in JUMUN_TEST_MSI, and an administrator")
	}
	p := open(t)
	p.folder = filepath.Join(os.Getenv("ProgramFiles"), "jumun")
	var key struct{ Key string }
	if err := json.Unmarshal([]byte(p.admin("enrol", "--mart", "42", "--uses", "9", "--json")), &key); err != nil {
		t.Fatal(err)
	}
	p.msiexec("/i", msi, `SERVER="http://`+p.addr+`" ENROL="`+key.Key+`"`)
	p.login()
	before := p.untilStatus("it to have paired itself", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Mart == "42" })
	p.admin("order", "--mart", "42", "--order", "1851")
	p.untilStatus("the order", waits("1851"))
	p.msiexec("/fa", msi, "") // replaces all files, as an upgrade does
	p.login()
	p.untilStatus("the order after a repair", func(s ipc.Status) bool { return s.PID != before.PID && waits("1851")(s) })
	p.jumun(0, "ack", "1851")
	p.msiexec("/x", msi, "")
	p.until("the program to be gone", func() error {
		if _, err := os.Stat(filepath.Join(p.folder, "jumun.exe")); err == nil {
			return errors.New("it is there")
		}
		return nil
	})
	if exec.Command("reg", "query", `HKLM\Software\Policies\jumun`, "/v", "Server").Run() == nil {
		t.Error("the policy is left")
	}
}

// login starts jumun as Windows does at login. The MSI may have done so: a build server may have no session of a user.
func (p *pc) login() {
	p.Helper()
	cmd := exec.Command(filepath.Join(p.folder, "jumun.exe"), "start", "--at-login")
	if err := cmd.Start(); err != nil {
		p.Fatal(err)
	}
	go func() { _ = cmd.Wait() }() // a later one ends it
}
