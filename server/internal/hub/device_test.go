package hub

import (
	"fmt"
	"testing"

	"jumun/shared/wire"
)

// A device makes its channels when somebody asks for them, before or after what they are
// to tell.
func TestADeviceTellsTheSameWheneverItIsAsked(t *testing.T) {
	publish := func(h *Hub, frames ...string) {
		for _, f := range frames {
			h.Publish("42", text(f))
		}
	}
	asks := map[string]func(d *Device){
		"for nothing":     func(*Device) {},
		"for frames":      func(d *Device) { d.Frames() },
		"for its end":     func(d *Device) { d.Closed() },
		"for both":        func(d *Device) { d.Frames(); d.Closed() },
		"for both, again": func(d *Device) { d.Closed(); d.Frames(); d.Closed(); d.Frames() },
	}
	tests := []struct {
		name    string
		before  func(h *Hub, d *Device) // the asking
		after   func(h *Hub, d *Device)
		got     string
		reason  string // empty: it is not closed
		present int
	}{
		{"nothing happens", func(*Hub, *Device) {}, func(*Hub, *Device) {}, "[]", "", 1},
		{"frames come after", func(*Hub, *Device) {}, func(h *Hub, _ *Device) { publish(h, "1", "2") }, "[1 2]", "", 1},
		{"frames came before", func(h *Hub, _ *Device) { publish(h, "1", "2") }, func(*Hub, *Device) {}, "[1 2]", "", 1},
		{"frames come before and after", func(h *Hub, _ *Device) { publish(h, "1") }, func(h *Hub, _ *Device) { publish(h, "2", "3") }, "[1 2 3]", "", 1},
		{"too many came before", func(h *Hub, _ *Device) { publish(h, "1", "2", "3", "4") }, func(h *Hub, _ *Device) { publish(h, "5") }, "[1 2 3]", wire.ByeSlow, 0},
		{"too many come in all", func(h *Hub, _ *Device) { publish(h, "1", "2") }, func(h *Hub, _ *Device) { publish(h, "3", "4", "5") }, "[1 2 3]", wire.ByeSlow, 0},
		{"it was closed before", func(h *Hub, d *Device) { publish(h, "1"); d.Close(wire.ByeDrain) }, func(_ *Hub, d *Device) { d.Close(wire.ByeExpired) }, "[1]", wire.ByeDrain, 0},
		{"it is closed after", func(h *Hub, _ *Device) { publish(h, "1") }, func(_ *Hub, d *Device) { d.Close(wire.ByeExpired) }, "[1]", wire.ByeExpired, 0},
		{"it left before it was closed", func(_ *Hub, d *Device) { d.Leave() }, func(h *Hub, d *Device) { d.Close(wire.ByeDrain); publish(h, "1") }, "[]", "", 0},
		{"it leaves after it was closed", func(_ *Hub, d *Device) { d.Close(wire.ByeDrain) }, func(_ *Hub, d *Device) { d.Leave() }, "[]", wire.ByeDrain, 0},
	}
	for _, tt := range tests {
		for asked, ask := range asks {
			t.Run(tt.name+", asked "+asked, func(t *testing.T) {
				h := New(3, newWatching(t).hooks())
				d := join(t, h, "42")
				tt.before(h, d)
				ask(d)
				tt.after(h, d)
				if got := fmt.Sprint(waiting(d)); got != tt.got || isClosed(d) != (tt.reason != "") || d.Reason() != tt.reason || h.Devices() != tt.present {
					t.Errorf("got %s, closed %v as %q, %d devices", got, isClosed(d), d.Reason(), h.Devices())
				}
				if frames, closed := d.Frames(), d.Closed(); frames != d.Frames() || closed != d.Closed() {
					t.Error("its channels change")
				}
			})
		}
	}
}
