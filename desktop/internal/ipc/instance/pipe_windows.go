package instance

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"path/filepath"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// runDir returns a directory of this user, for the lock that versions of before look at.
func runDir() (string, error) {
	local, err := os.UserCacheDir()
	if err != nil {
		return "", &SetupError{ID: "instance.no-home", Text: "no directory for the lock: LocalAppData is not set", Err: err}
	}
	return filepath.Join(local, "jumun", "run"), nil
}

func makePrivate(dir string) error { return os.MkdirAll(dir, 0o700) } // what lies below LocalAppData is private

// newAddress returns the name of a pipe that nobody knows before: a pipe of a known name could be made first by
// another user, who would get the PIN that people type.
func (at Place) newAddress() string { return `\\.\pipe\jumun-` + rand.Text() }

func dialAddress(ctx context.Context, name string) (net.Conn, error) {
	return winio.DialPipeContext(ctx, name)
}

// listen opens a pipe for this user and the system, and for nobody on the network.
func listen(name string) (net.Listener, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	access := "D:P(D;;GA;;;NU)(A;;GA;;;" + user.User.Sid.String() + ")(A;;GA;;;SY)"
	return winio.ListenPipe(name, &winio.PipeConfig{SecurityDescriptor: access})
}
