package hub

import "slices"

// close closes one device, unless it is gone.
func (h *Hub) close(d *Device, why string) {
	h.mu.Lock()
	was := h.remove(d)
	if was {
		d.reason = why
	}
	h.mu.Unlock()
	if was {
		d.end()
	}
}

// clear takes out every device of a room, which may be nil, and returns them. Like all
// below it wants the hub locked.
func (h *Hub) clear(r *room, why string) []*Device {
	if r == nil {
		return nil
	}
	devices := slices.Clone(r.devices)
	h.removeAll(devices, why)
	return devices
}

func (h *Hub) removeAll(devices []*Device, why string) {
	for _, d := range devices {
		h.remove(d)
		d.reason = why
	}
}

// remove takes a device out, if it is there. The last one of its room takes its place.
func (h *Hub) remove(d *Device) bool {
	if d.at == gone {
		return false
	}
	r := d.room
	last := len(r.devices) - 1
	r.devices[d.at] = r.devices[last]
	r.devices[d.at].at = d.at
	r.devices[last] = nil
	r.devices, d.at = r.devices[:last], gone
	h.devices--
	if last == 0 {
		delete(h.rooms, r.mart)
		h.hooks.Unwatch(r.mart)
	}
	return true
}

// end tells devices that were taken out. It wants the hub unlocked.
func end(devices []*Device) {
	for _, d := range devices {
		d.end()
	}
}
