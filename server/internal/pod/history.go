package pod

import (
	"context"
	"net/http"

	"jumun/server/internal/auth"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// history serves wire.HistoryPattern: what happened to the orders of a number.
func (p *Pod) history(w http.ResponseWriter, r *http.Request) {
	mart, ok := martToShow(w, r)
	if !ok {
		return
	}
	number, err := order.ParseOrderID(r.PathValue("order"))
	if err != nil {
		httperror.OrderID(w, err)
		return
	}
	p.answer(w, r, "the history of an order", func(ctx context.Context) (any, error) {
		h, err := p.opts.Orders.History(ctx, mart, number)
		if err == nil {
			err = p.opts.Devices.FillHistory(ctx, &h)
		}
		return h, err
	})
}

// recent serves wire.RecentPattern: what happened to the last orders of a mart.
func (p *Pod) recent(w http.ResponseWriter, r *http.Request) {
	if mart, ok := martToShow(w, r); ok {
		p.answer(w, r, "the last orders of a mart", func(ctx context.Context) (any, error) { return p.opts.Orders.Recent(ctx, mart) })
	}
}

// martToShow returns the mart that an admin asks about; not ok: it has refused the request.
func martToShow(w http.ResponseWriter, r *http.Request) (mart order.MartID, ok bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		httperror.Method(w, http.MethodGet)
		return "", false
	}
	return martOfAdmin(w, r)
}

func martOfAdmin(w http.ResponseWriter, r *http.Request) (mart order.MartID, ok bool) {
	mart, err := order.ParseMartID(r.PathValue("mart"))
	switch {
	case err != nil:
		httperror.MartID(w, err)
	case !auth.From(r.Context()).Stands(mart):
		httperror.Forbidden(w, wire.RoleAdmin)
	default:
		return mart, true
	}
	return "", false
}
