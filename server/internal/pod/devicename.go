package pod

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"jumun/server/internal/auth"
	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// showDevices serves wire.DevicesPattern: GET lists the devices of a mart, POST gives one another name.
func (p *Pod) showDevices(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		p.nameDevice(w, r)
		return
	}
	p.pairings.ListDevices(w, r)
}

func (p *Pod) nameDevice(w http.ResponseWriter, r *http.Request) {
	mart, ok := martOfAdmin(w, r)
	if !ok {
		return
	}
	body, err := httperror.ReadBody(w, r, wire.MaxPairing, confirmTimeout)
	var named wire.DeviceName
	if err == nil && (len(body) > wire.MaxPairing || json.Unmarshal(body, &named) != nil || named.Device == "" || mart == wire.AnyMart) {
		err = fmt.Errorf(`the body is not {"device","name"}, or the mart is not one: %w`, order.ErrMalformed)
	}
	if err != nil {
		httperror.Malformed(w, err)
		return
	}
	name := order.Line(named.Name, order.MaxName)
	switch err := p.opts.Devices.NameDevice(r.Context(), mart, named.Device, name); {
	case errors.Is(err, devices.ErrNoDevice):
		httperror.NoDevice(w)
		return
	case err != nil:
		p.log.Warn("a device was not named", "mart", mart, "device", named.Device, "err", err)
		httperror.NotReady(w)
		return
	}
	p.audit(r.Context(), "named a device", "mart", mart, "device", named.Device, "name", name, "by", auth.From(r.Context()).Holder())
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
