//go:build linux

package tray

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// A bus is a session bus for one test.
type bus struct {
	*exec.Cmd
	address string
}

const busConfig = `<busconfig><listen>%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

// busAddress returns an address at which a bus can be started, now or later.
func busAddress(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jumun-bus") // short: it becomes a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return "unix:path=" + filepath.Join(dir, "bus")
}

func startBus(t *testing.T, address string) *bus {
	t.Helper()
	path, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Fatal("dbus-daemon is missing: `make test` installs it")
	}
	config := filepath.Join(t.TempDir(), "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, address), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(strings.TrimPrefix(address, "unix:path=")) // a killed bus's
	b := &bus{exec.CommandContext(t.Context(), path, "--config-file="+config, "--nofork", "--print-address"), address}
	b.Stderr = t.Output()
	out, err := b.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil { // its address: it listens
		t.Fatal(err)
	}
	t.Cleanup(b.kill)
	return b
}

func (b *bus) kill() {
	_ = b.Process.Kill()
	_ = b.Wait()
}

// A panel is a tray host, and the watcher with which items register.
type panel struct {
	t       *testing.T
	conn    *dbus.Conn
	added   chan string       // the bus names of items that register
	signals chan *dbus.Signal // of all items
	item    string            // the item looked at
	close   func()
}

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	itemName    = "org.kde.StatusNotifierItem"
	itemPath    = "/StatusNotifierItem"
	menuName    = "com.canonical.dbusmenu"
)

// RegisterStatusNotifierItem is a method of the watcher.
func (p *panel) RegisterStatusNotifierItem(_ string, sender dbus.Sender) *dbus.Error {
	p.added <- string(sender)
	return nil
}

func startPanel(t *testing.T, b *bus) *panel {
	t.Helper()
	conn, err := dbus.Connect(b.address)
	if err != nil {
		t.Fatal(err)
	}
	p := &panel{t: t, conn: conn, added: make(chan string, 100), signals: make(chan *dbus.Signal, 1000)}
	p.close = sync.OnceFunc(func() { _ = conn.Close() })
	t.Cleanup(p.close)
	conn.Signal(p.signals)
	err = errors.Join(
		conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus.Properties")),
		conn.AddMatchSignal(dbus.WithMatchInterface(menuName)),
		conn.Export(p, "/StatusNotifierWatcher", watcherName))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := conn.RequestName(watcherName, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("RequestName: %v, %v", r, err)
	}
	return p
}

// await waits for an item to register.
func (p *panel) await() {
	p.t.Helper()
	select {
	case p.item = <-p.added:
	case <-p.t.Context().Done():
		p.t.Fatal("no item registered")
	}
}

// eventually waits until ok is true. It tries after each signal.
func (p *panel) eventually(what string, ok func() bool) {
	p.t.Helper()
	for !ok() {
		select {
		case <-p.signals:
		case <-p.t.Context().Done():
			p.t.Fatalf("never %s", what)
		}
	}
}

func (p *panel) property(name string, into any) {
	p.t.Helper()
	v, err := p.conn.Object(p.item, itemPath).GetProperty(itemName + "." + name)
	if err == nil {
		err = v.Store(into)
	}
	if err != nil {
		p.t.Fatalf("%s: %v", name, err)
	}
}

// A pixmap is a picture in the format of the bus: ARGB.
type pixmap struct {
	W, H int32
	Pix  []byte
}

// shows waits for the picture of a state.
func (p *panel) shows(state string) {
	p.t.Helper()
	c := colours[state]
	p.eventually("the picture of "+state, func() bool {
		var icon []pixmap
		p.property("IconPixmap", &icon)
		return len(icon) == 1 && icon[0].W == 64 && len(icon[0].Pix) == 64*64*4 &&
			string(icon[0].Pix[:4]) == string([]byte{c.A, c.R, c.G, c.B})
	})
}

func (p *panel) tip() string {
	p.t.Helper()
	var tip struct {
		Icon     string
		Pictures []pixmap
		Title    string
		Text     string
	}
	p.property("ToolTip", &tip)
	return tip.Title
}

// A row is an item of the menu.
type row struct {
	id      int32
	label   string // "-" for a line
	enabled bool
	below   []row // its submenu
}

// menu returns the items of the menu that are shown.
func (p *panel) menu() []row {
	p.t.Helper()
	var path dbus.ObjectPath
	p.property("Menu", &path)
	var revision uint32
	var root struct {
		ID    int32
		Props map[string]dbus.Variant
		Rows  []dbus.Variant
	}
	call := p.conn.Object(p.item, path).Call(menuName+".GetLayout", 0, int32(0), int32(-1), []string{})
	if err := call.Store(&revision, &root); err != nil {
		p.t.Fatal(err)
	}
	return rowsOf(root.Rows)
}

func rowsOf(layout []dbus.Variant) (rows []row) {
	for _, v := range layout {
		fields := v.Value().([]any)
		props := fields[1].(map[string]dbus.Variant)
		if visible, ok := props["visible"].Value().(bool); ok && !visible {
			continue
		}
		r := row{id: fields[0].(int32), label: "-", enabled: true, below: rowsOf(fields[2].([]dbus.Variant))}
		if label, ok := props["label"].Value().(string); ok {
			r.label, r.enabled = label, props["enabled"].Value().(bool)
		}
		rows = append(rows, r)
	}
	return rows
}

// labels returns the labels of the menu, top to bottom.
func (p *panel) labels() (labels []string) {
	p.t.Helper()
	for _, r := range p.menu() {
		labels = append(labels, r.label)
	}
	return labels
}

// reads waits until the menu has these labels below its first item.
func (p *panel) reads(want ...string) {
	p.t.Helper()
	p.eventually("the menu "+strings.Join(want, ", "), func() bool { return slices.Equal(p.labels()[1:], want) })
}

// click clicks the item with this label.
func (p *panel) click(label string) {
	p.t.Helper()
	var path dbus.ObjectPath
	p.property("Menu", &path)
	rows := p.menu()
	for _, r := range rows {
		rows = append(rows, r.below...)
	}
	for _, r := range rows {
		if r.label == label {
			call := p.conn.Object(p.item, path).Call(menuName+".Event", 0, r.id, "clicked", dbus.MakeVariant(""), uint32(0))
			if call.Err != nil {
				p.t.Fatal(call.Err)
			}
			return
		}
	}
	p.t.Fatalf("no %q in %+v", label, rows)
}
