//go:build linux

package wine

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"jumun/desktop/e2e/windows/seen"
)

// NewWineUser is NewUser for the user whom wine knows: programs that the system starts have this profile.
func (w *Windows) NewWineUser() (*User, error) {
	who, err := user.Current()
	if err != nil {
		return nil, err
	}
	return w.NewUser(who.Username)
}

// ForAll makes jumun that of the programs for all users, and removes the one of this user.
func (u *User) ForAll() error {
	u.dir = `C:\Program Files\jumun\`
	return u.Uninstalled()
}

// MSI runs msiexec with an MSI, and returns its status.
func (u *User) MSI(do, msi, properties string) (code int, err error) {
	path, err := filepath.Abs(msi)
	if err != nil {
		return 0, err
	}
	return u.run("msiexec", `msiexec `+do+` "`+Name(path)+`" /qn `+properties)
}

// HasForAll reports whether a file of the programs for all users is there.
func (u *User) HasForAll(name string) bool {
	_, err := os.Stat(filepath.Join(u.windows.prefix, "drive_c/Program Files/jumun", name))
	return err == nil
}

// Registry returns what "reg query" prints of a value; "" if there is none.
func (u *User) Registry(key, name string) (string, error) {
	a, err := u.probe.ask(seen.Request{Do: seen.Run, Args: []string{"reg", "query", key, "/v", name}, Env: u.Env})
	if err != nil || a.Code != 0 {
		return "", err
	}
	return strings.TrimSpace(a.Out), nil
}

// Reg runs reg, which changes the registry.
func (u *User) Reg(args ...string) error {
	_, err := u.probe.ask(seen.Request{Do: seen.Run, Args: append([]string{"reg"}, args...), Env: u.Env})
	return err
}
