package pod

import (
	"encoding/json"
	"fmt"
	"net/http"

	"jumun/server/internal/auth"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// nameMart serves POST of wire.MartAdminPattern.
func (p *Pod) nameMart(w http.ResponseWriter, r *http.Request) {
	mart, ok := martOfAdmin(w, r)
	if !ok {
		return
	}
	body, err := httperror.ReadBody(w, r, wire.MaxPairing, confirmTimeout)
	var named wire.MartName
	if err == nil && (len(body) > wire.MaxPairing || json.Unmarshal(body, &named) != nil || mart == wire.AnyMart) {
		err = fmt.Errorf(`the body is not {"name"}, or the mart is not one: %w`, order.ErrMalformed)
	}
	if err != nil {
		httperror.Malformed(w, err)
		return
	}
	name := order.Line(named.Name, order.MaxName)
	if err := p.opts.Devices.NameMart(r.Context(), mart, name); err != nil {
		p.log.Warn("a mart was not named", "mart", mart, "err", err)
		httperror.NotReady(w)
		return
	}
	p.audit(r.Context(), "named a mart", "mart", mart, "name", name, "by", auth.From(r.Context()).Holder())
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
