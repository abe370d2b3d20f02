package pod

import (
	"context"
	"encoding/json"
	"net/http"

	"jumun/server/internal/auth"
	"jumun/server/internal/httperror"
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// history serves wire.HistoryPattern: what happened to the orders of a number.
func (p *Pod) history(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		httperror.Method(w, http.MethodGet)
		return
	}
	mart, err := order.ParseMartID(r.PathValue("mart"))
	if err != nil {
		httperror.MartID(w, err)
		return
	}
	number, err := order.ParseOrderID(r.PathValue("order"))
	if err != nil {
		httperror.OrderID(w, err)
		return
	}
	if !auth.From(r.Context()).Stands(mart) {
		httperror.Forbidden(w, wire.RoleAdmin)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*redisconn.IOTimeout) // it may be a long log
	defer cancel()
	h, err := p.opts.Orders.History(ctx, mart, number)
	if err == nil {
		h.Devices, err = p.opts.Devices.Devices(ctx, mart)
	}
	if err != nil {
		p.log.Warn("the history of an order cannot be read", "mart", mart, "order", number, "err", err)
		httperror.NotReady(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(h) // the client may be gone
}
