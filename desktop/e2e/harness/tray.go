//go:build linux

package harness

import (
	"errors"
	"fmt"
	"image"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The names are those of the StatusNotifierItem and DBusMenu interfaces:
// https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/
const (
	watcher = "org.kde.StatusNotifierWatcher"
	item    = "org.kde.StatusNotifierItem"
	menu    = "com.canonical.dbusmenu"
)

// An Icon is an icon in the tray.
type Icon struct {
	Title, ToolTip string
	Picture        image.Image
	Menu           []string // the labels of the visible items, from the top

	ids    map[string]int32
	object dbus.BusObject
}

// ErrNoIcon means that the process has no icon in the tray.
var ErrNoIcon = errors.New("no icon in the tray")

// Icon returns the current tray icon of a process.
func (s *Session) Icon(pid int) (*Icon, error) {
	all, err := s.bus.Object(watcher, "/StatusNotifierWatcher").GetProperty(watcher + ".RegisteredStatusNotifierItems")
	if err != nil {
		return nil, err
	}
	names, _ := all.Value().([]string)
	for _, name := range names {
		service, _, _ := strings.Cut(strings.TrimSuffix(name, "/StatusNotifierItem"), "@")
		var owner uint32
		err := s.bus.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, service).Store(&owner)
		if err == nil && int(owner) == pid {
			return s.icon(service)
		}
	}
	return nil, ErrNoIcon
}

func (s *Session) icon(service string) (*Icon, error) {
	object := s.bus.Object(service, "/StatusNotifierItem")
	var all map[string]dbus.Variant
	if err := object.Call("org.freedesktop.DBus.Properties.GetAll", 0, item).Store(&all); err != nil {
		return nil, fmt.Errorf("read the tray icon: %w", err)
	}
	icon := &Icon{}
	_ = all["Title"].Store(&icon.Title) // an icon may lack these
	icon.ToolTip = toolTip(all["ToolTip"])
	icon.Picture = picture(all["IconPixmap"])
	var path dbus.ObjectPath
	if err := all["Menu"].Store(&path); err != nil {
		return nil, fmt.Errorf("the tray icon has no menu: %w", err)
	}
	icon.object = s.bus.Object(service, path)
	return icon, icon.readMenu()
}

// toolTip returns the texts of a tool tip: its title and its description.
func toolTip(v dbus.Variant) string {
	parts, _ := v.Value().([]any)
	var texts []string
	for _, part := range parts {
		if text, ok := part.(string); ok && text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n")
}

// picture decodes the first of the sizes: width, height, and ARGB in network order.
func picture(v dbus.Variant) image.Image {
	var sizes []struct {
		Width, Height int32
		Data          []byte
	}
	if err := dbus.Store([]any{v.Value()}, &sizes); err != nil || len(sizes) == 0 {
		return nil
	}
	p := sizes[0]
	img := image.NewNRGBA(image.Rect(0, 0, int(p.Width), int(p.Height)))
	for i := 0; i+3 < len(p.Data) && i+3 < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = p.Data[i+1], p.Data[i+2], p.Data[i+3], p.Data[i]
	}
	return img
}

func (i *Icon) readMenu() error {
	var revision uint32
	var root struct {
		ID         int32
		Properties map[string]dbus.Variant
		Children   []dbus.Variant
	}
	call := i.object.Call(menu+".GetLayout", 0, int32(0), int32(-1), []string{})
	if err := call.Store(&revision, &root); err != nil {
		return fmt.Errorf("read the tray's menu: %w", err)
	}
	i.ids = map[string]int32{}
	for _, child := range root.Children {
		i.note(child)
	}
	return nil
}

func (i *Icon) note(child dbus.Variant) {
	fields, _ := child.Value().([]any)
	if len(fields) < 2 {
		return
	}
	id, _ := fields[0].(int32)
	properties, _ := fields[1].(map[string]dbus.Variant)
	label, _ := properties["label"].Value().(string)
	if visible, ok := properties["visible"].Value().(bool); label == "" || ok && !visible {
		return // a separator, or hidden
	}
	i.Menu = append(i.Menu, label)
	i.ids[label] = id
	if len(fields) > 2 {
		below, _ := fields[2].([]dbus.Variant)
		for _, child := range below {
			i.note(child)
		}
	}
}

// Choose does what a click on the menu item with this label does.
func (i *Icon) Choose(label string) error {
	id, ok := i.ids[label]
	if !ok {
		return fmt.Errorf("the tray's menu has no %q, only %q", label, i.Menu)
	}
	return i.object.Call(menu+".Event", 0, id, "clicked", dbus.MakeVariant(""), uint32(0)).Err
}

// Shows reports whether the icon is this picture. It ignores the half-transparent pixels
// along the edges, because systray garbles their colours.
func (i *Icon) Shows(want image.Image) bool {
	if i.Picture == nil || i.Picture.Bounds().Size() != want.Bounds().Size() {
		return false
	}
	b := want.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, b, a := want.At(x, y).RGBA()
			r2, g2, b2, a2 := i.Picture.At(x, y).RGBA()
			if a == 0xffff && (r != r2 || g != g2 || b != b2 || a != a2) || a == 0 && a2 != 0 {
				return false
			}
		}
	}
	return true
}
