package embeddedredis

import (
	"errors"
	"net"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

// pathFor returns the path of the file with the URL of the embedded Redis at a port. It is in the home
// directory, by the system's list of users: what starts a server, such as systemd or cron, need not set
// HOME or XDG_RUNTIME_DIR as a terminal does.
func pathFor(port string) (string, error) {
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return filepath.Join(u.HomeDir, ".cache", "jumun", "redis-"+port), nil
}

// Find returns address with the password, if address is that of an embedded Redis on this machine
// whose file this user can read, and has none. Every other address is returned as it is.
func Find(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "redis" || u.User != nil || u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback() {
		return address
	}
	file, err := pathFor(u.Port())
	if err != nil {
		return address
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return address
	}
	found, err := url.Parse(strings.TrimSpace(string(text)))
	if err != nil || found.Port() != u.Port() {
		return address
	}
	u.User = found.User
	return u.String()
}

// announce writes the URL of r to its file, which nobody else can read at any time.
func announce(r *Redis) (file string, err error) {
	_, port, err := net.SplitHostPort(r.Addr())
	if err == nil {
		file, err = pathFor(port)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o700)
	}
	if err == nil {
		err = replace(file, r.URL()+"\n")
	}
	if err != nil {
		return "", err
	}
	return file, nil
}

// replace writes text to a file with mode 0600, whatever was there.
func replace(file, text string) error {
	fresh, err := os.CreateTemp(filepath.Dir(file), "redis-*.new") // has that mode
	if err != nil {
		return err
	}
	_, err = fresh.WriteString(text)
	if err = errors.Join(err, fresh.Close()); err == nil {
		err = os.Rename(fresh.Name(), file)
	}
	if err != nil {
		_ = os.Remove(fresh.Name())
	}
	return err
}

// withdraw removes the file of r, unless another server has written it since.
func (r *Redis) withdraw() {
	if text, err := os.ReadFile(r.file); err == nil && strings.TrimSpace(string(text)) == r.URL() {
		_ = os.Remove(r.file)
	}
}
