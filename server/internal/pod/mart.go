package pod

import (
	"encoding/json"
	"net/http"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// mart serves wire.MartPattern: what the devices of a mart may know of it.
func (p *Pod) mart(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		httperror.Method(w, http.MethodGet)
		return
	}
	mart, err := order.ParseMartID(r.PathValue("mart"))
	if err != nil {
		httperror.MartID(w, err)
		return
	}
	name, err := p.opts.Devices.MartName(r.Context(), mart)
	if err != nil {
		p.log.Debug("the name of a mart cannot be read", "mart", mart, "err", err)
		httperror.NotReady(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(wire.Mart{MartID: mart, Name: name}) // the client may be gone
}
