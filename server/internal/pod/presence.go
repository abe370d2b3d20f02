package pod

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"jumun/server/internal/auth"
	"jumun/server/internal/escalation"
	"jumun/server/internal/httperror"
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// report serves wire.PresencePattern: what a device reports of itself.
func (p *Pod) report(w http.ResponseWriter, r *http.Request) {
	mart, reported, ok := readReport(p, w, r, wire.ParsePresence)
	if !ok {
		return
	}
	if err := p.opts.Devices.Report(r.Context(), device(r.Context(), mart), reported); err != nil {
		p.log.Debug("what a device reports was not stored", "mart", mart, "err", err)
		httperror.NotReady(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// readReport returns what a device reports, as parse reads it. ok is false if it is not to be taken: the request is then
// answered.
func readReport[T any](p *Pod, w http.ResponseWriter, r *http.Request, parse func(body []byte) (T, error)) (mart order.MartID, reported T, ok bool) {
	if r.Method != http.MethodPost {
		httperror.Method(w, http.MethodPost)
		return mart, reported, false
	}
	mart, err := order.ParseMartID(r.PathValue("mart"))
	if err != nil {
		httperror.MartID(w, err)
		return mart, reported, false
	}
	body, err := httperror.ReadBody(w, r, wire.MaxPresence, confirmTimeout)
	if err == nil && len(body) > wire.MaxPresence {
		httperror.TooLarge(w, fmt.Errorf("the body has more than the %d bytes allowed", wire.MaxPresence))
		return mart, reported, false
	}
	if err == nil {
		reported, err = parse(body)
	}
	if err != nil {
		httperror.Malformed(w, err)
		return mart, reported, false
	}
	return mart, reported, p.gate.TakeReport(w, r)
}

func (p *Pod) watched() escalation.Watched {
	return escalation.Watched{Orders: p.opts.Orders, Devices: p.opts.Devices}
}

// listMarts serves wire.MartsPath: the marts of an administrator, and who can be heard there.
func (p *Pod) listMarts(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		httperror.Method(w, http.MethodGet)
		return
	}
	query := r.URL.Query()
	state, after, limit, err := parseMartsQuery(query.Get(wire.StateParam), query.Get(wire.AfterParam), query.Get(wire.LimitParam))
	if err != nil {
		httperror.Query(w, err.Error())
		return
	}
	own := ownMarts(r)
	p.answer(w, r, "the marts", func(ctx context.Context) (any, error) {
		return p.watched().Marts(ctx, own, state, after, limit)
	})
}

// ownMarts returns the marts of the administrator who sent a request; nil: all.
func ownMarts(r *http.Request) []order.MartID {
	g := auth.From(r.Context())
	if g.Stands(wire.AnyMart) {
		return nil
	}
	return append([]order.MartID{}, g.Standing().Marts...)
}

// overviewPage is how many marts a page of the overview has, unless fewer are asked for.
const overviewPage = 100

// showOverview serves wire.OverviewPath: the marts of an administrator, those first that need somebody.
func (p *Pod) showOverview(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		httperror.Method(w, http.MethodGet)
		return
	}
	query := r.URL.Query()
	state, _, limit, err := parseMartsQuery(query.Get(wire.StateParam), "", query.Get(wire.LimitParam))
	from := 0
	if text := query.Get(wire.FromParam); err == nil && text != "" {
		if from, err = strconv.Atoi(text); err != nil || from < 0 {
			err = errors.New("from is a number from 0")
		}
	}
	if err != nil {
		httperror.Query(w, err.Error())
		return
	}
	want := escalation.Wanted{Own: ownMarts(r), State: state, Text: query.Get(wire.TextParam), From: from, Limit: min(limit, overviewPage)}
	p.answer(w, r, "the marts", func(ctx context.Context) (any, error) { return p.overview.Page(ctx, want) })
}

func parseMartsQuery(state, after, limit string) (wire.MartState, order.MartID, int, error) {
	s, n := wire.MartState(state), escalation.MaxMarts
	switch s {
	case "", wire.MartHeard, wire.MartUnknown, wire.MartUnheard:
	default:
		return "", "", 0, errors.New("state is heard, unknown or unheard")
	}
	if limit != "" {
		if _, err := fmt.Sscan(limit, &n); err != nil || n < 1 {
			return "", "", 0, errors.New("limit is a number from 1")
		}
	}
	if after == "" {
		return s, "", n, nil
	}
	mart, err := order.ParseMartID(after)
	return s, mart, n, err
}

// showMart serves wire.MartAdminPattern: GET says who can be heard at a mart, POST gives it another name.
func (p *Pod) showMart(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		p.nameMart(w, r)
	case http.MethodGet, http.MethodHead:
		if mart, ok := martToShow(w, r); ok {
			p.answer(w, r, "the state of a mart", func(ctx context.Context) (any, error) { return p.watched().Mart(ctx, mart) })
		}
	default:
		httperror.Method(w, http.MethodGet, http.MethodPost)
	}
}

// listConnections serves wire.ConnectionsPattern: when the devices of a mart came and went.
func (p *Pod) listConnections(w http.ResponseWriter, r *http.Request) {
	if mart, ok := martToShow(w, r); ok {
		device := r.URL.Query().Get(wire.DeviceParam)
		p.answer(w, r, "what happened to the connections of a mart", func(ctx context.Context) (any, error) {
			return p.opts.Devices.Connections(ctx, mart, device)
		})
	}
}

// listWebhooks serves wire.WebhooksPath: where people are told, and what failed there.
func (p *Pod) listWebhooks(w http.ResponseWriter, r *http.Request) {
	p.answer(w, r, "the targets of webhooks", func(ctx context.Context) (any, error) { return p.escalator.Webhooks(ctx) })
}

// answer answers a request with what read returns, as JSON.
func (p *Pod) answer(w http.ResponseWriter, r *http.Request, what string, read func(context.Context) (any, error)) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*redisconn.IOTimeout) // there may be thousands of marts, or a long log
	defer cancel()
	found, err := read(ctx)
	if err != nil {
		p.log.Warn(what+" cannot be read", "path", r.URL.Path, "err", err)
		httperror.NotReady(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(found) // the client may be gone
}
