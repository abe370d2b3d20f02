package pairing

import (
	"cmp"
	"net/http"
	"slices"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// ListDevices serves wire.DevicesPattern: the devices of a mart, by name. The list has no
// limit: only an admin's codes make it longer.
func (h *Handler) ListDevices(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		httperror.Method(w, http.MethodGet, http.MethodPost)
		return
	}
	mart, err := order.ParseMartID(r.PathValue("mart"))
	if err != nil {
		httperror.MartID(w, err)
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	if !ok {
		return
	}
	if !by.For(mart) {
		httperror.Forbidden(w, wire.RoleAdmin)
		return
	}
	devices, err := h.o.Registry.Devices(ctx, mart)
	if err != nil {
		h.unavailable(w, "listing devices", err)
		return
	}
	answer(w, http.StatusOK, wire.Devices{Devices: byName(devices)})
}

// FindDevice serves wire.FindPath: what is listed of one device, at the marts of the administrator.
func (h *Handler) FindDevice(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		httperror.Method(w, http.MethodGet)
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	if !ok {
		return
	}
	var marts []order.MartID
	if !by.For(wire.AnyMart) {
		marts = by.Marts
	}
	found, err := h.o.Registry.Find(ctx, r.URL.Query().Get(wire.DeviceParam), marts...)
	if err != nil {
		h.unavailable(w, "looking for a device", err)
		return
	}
	answer(w, http.StatusOK, wire.Devices{Devices: byName(found)})
}

// byName returns a sorted copy of devices, never nil.
func byName(devices []wire.Device) []wire.Device {
	sorted := append([]wire.Device{}, devices...)
	slices.SortFunc(sorted, func(a, b wire.Device) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return sorted
}
