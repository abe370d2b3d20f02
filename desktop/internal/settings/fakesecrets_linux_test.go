package settings

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/godbus/dbus/v5"
)

const busConfig = `<busconfig><listen>%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

// startBus starts a session bus for one test. It returns its address and a func that ends it.
func startBus(t *testing.T) (address string, kill func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "jumun-bus") // a short path, because a socket is there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	address = "unix:path=" + filepath.Join(dir, "bus")
	config := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, address), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon := exec.CommandContext(t.Context(), "dbus-daemon", "--config-file="+config, "--nofork", "--print-address")
	daemon.Stderr = t.Output()
	out, err := daemon.StdoutPipe()
	if err := errors.Join(err, daemon.Start()); err != nil {
		t.Fatalf("`make test` installs dbus-daemon: %v", err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil { // the daemon prints its address when it listens
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() { _ = daemon.Process.Kill(); _ = daemon.Wait() })
	t.Cleanup(kill)
	useBus(t, address)
	return address, kill
}

// useBus makes a bus the one of the session. The library keeps one connection to it for the
// whole process, which must be closed after the test.
func useBus(t *testing.T, address string) {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	t.Cleanup(func() {
		if bus, err := dbus.SessionBus(); err == nil {
			_ = bus.Close()
		}
	})
}

const (
	promptPath = secretsPath + "/prompt/1"
	itemPath   = loginCollection + "/1"
)

// A fakeSecrets stands in for the Secret Service of the desktop. It has one collection of
// at most one item.
type fakeSecrets struct {
	bus    *dbus.Conn
	empty  bool          // there is no collection
	asked  chan struct{} // receives one for each prompt
	opened atomic.Int32  // prompts that were opened
	looked atomic.Int32  // how often it was asked whether it is locked

	mu     sync.Mutex
	secret []byte
	attrs  map[string]string
	locked bool
	spoils bool // returns another secret than it was given
}

func startSecrets(t *testing.T, address string, f *fakeSecrets) *fakeSecrets {
	t.Helper()
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	f.bus, f.asked = bus, make(chan struct{}, 10)
	_, err = bus.RequestName(secretsName, dbus.NameFlagDoNotQueue)
	err = errors.Join(err,
		bus.Export(f, secretsPath, secretsService),
		bus.Export(f, secretsPath, "org.freedesktop.DBus.Properties"),
		bus.Export(f, loginCollection, "org.freedesktop.Secret.Collection"),
		bus.Export(f, loginCollection, "org.freedesktop.DBus.Properties"),
		bus.Export(fakeItem{f}, itemPath, "org.freedesktop.Secret.Item"),
		bus.Export(f, promptPath, "org.freedesktop.Secret.Prompt"),
		bus.Export(f, secretsPath+"/session/1", "org.freedesktop.Secret.Session"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// OpenSession is a method of the service, as are the next three.
func (f *fakeSecrets) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), secretsPath + "/session/1", nil
}

func (f *fakeSecrets) ReadAlias(string) (dbus.ObjectPath, *dbus.Error) {
	if f.empty {
		return "/", nil
	}
	return loginCollection, nil
}

func (f *fakeSecrets) Get(_, name string) (dbus.Variant, *dbus.Error) {
	if name == "Locked" {
		f.looked.Add(1)
		f.mu.Lock()
		defer f.mu.Unlock()
		return dbus.MakeVariant(f.locked), nil
	}
	all := []dbus.ObjectPath{}
	if !f.empty {
		all = append(all, loginCollection)
	}
	return dbus.MakeVariant(all), nil
}

func (f *fakeSecrets) Unlock(what []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.locked {
		return nil, promptPath, nil
	}
	return what, "/", nil
}

// Prompt is the method of the prompt. It waits for answer.
func (f *fakeSecrets) Prompt(string) *dbus.Error {
	f.opened.Add(1)
	f.asked <- struct{}{}
	return nil
}

// answer answers the prompt as a person would.
func (f *fakeSecrets) answer(t *testing.T, dismissed bool) {
	t.Helper()
	f.mu.Lock()
	f.locked = dismissed
	f.mu.Unlock()
	unlocked := []dbus.ObjectPath{loginCollection}
	if dismissed {
		unlocked = nil
	}
	if err := f.bus.Emit(promptPath, "org.freedesktop.Secret.Prompt.Completed", dismissed, dbus.MakeVariant(unlocked)); err != nil {
		t.Fatal(err)
	}
}

// unlock is what happens when a person logs in, or opens the desktop's own window for it.
func (f *fakeSecrets) unlock(t *testing.T, tell bool) {
	t.Helper()
	f.mu.Lock()
	f.locked = false
	f.mu.Unlock()
	changed := map[string]dbus.Variant{"Locked": dbus.MakeVariant(false)}
	if !tell {
		return
	}
	if err := f.bus.Emit(loginCollection, "org.freedesktop.DBus.Properties.PropertiesChanged", "org.freedesktop.Secret.Collection", changed, []string{}); err != nil {
		t.Fatal(err)
	}
}

// item returns the item and its attributes.
func (f *fakeSecrets) item() (secret []byte, attrs map[string]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.secret, f.attrs
}

type fakeSecret struct {
	Session           dbus.ObjectPath
	Parameters, Value []byte
	ContentType       string
}

// CreateItem is a method of the collection, as is the next one.
func (f *fakeSecrets) CreateItem(p map[string]dbus.Variant, s fakeSecret, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.secret, f.attrs = s.Value, p["org.freedesktop.Secret.Item.Attributes"].Value().(map[string]string)
	if f.spoils {
		f.secret = append(f.secret, '!')
	}
	return itemPath, "/", nil
}

func (f *fakeSecrets) SearchItems(attrs map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.secret == nil || !maps.Equal(attrs, f.attrs) {
		return nil, nil
	}
	return []dbus.ObjectPath{itemPath}, nil
}

// Close is the method of the session.
func (f *fakeSecrets) Close() *dbus.Error { return nil }

type fakeItem struct{ f *fakeSecrets }

// GetSecret is a method of the item, as is the next one.
func (i fakeItem) GetSecret(session dbus.ObjectPath) (fakeSecret, *dbus.Error) {
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	return fakeSecret{session, nil, i.f.secret, "text/plain"}, nil
}

func (i fakeItem) Delete() (dbus.ObjectPath, *dbus.Error) {
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	i.f.secret = nil
	return "/", nil
}
