package ingest

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/httperror"
	"jumun/server/internal/requestid"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// bodyTimeout is what a publisher has to send a few hundred bytes.
const bodyTimeout = 10 * time.Second

// ServeHTTP takes an order that is POSTed to wire.PublishPath. It answers 202 only once
// the order is recorded.
func (in *Intake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		httperror.Method(w, http.MethodPost)
		return
	}
	p, err := placementIn(w, r)
	if err != nil {
		in.complain(HTTP, err, "request", requestid.Of(r.Context()))
		answerMalformed(w, err)
		return
	}
	if !in.opts.May(r.Context(), p.Mart) {
		httperror.Forbidden(w, wire.RolePublisher)
		return
	}
	if wait := in.rates.wait(p.Mart); wait > 0 {
		in.refuseRate(w, p.Mart, wait)
		return
	}
	switch in.attempts.begin(p.Mart) {
	case tooMany:
		httperror.Busy(w)
	case fails:
		httperror.NotRecorded(w)
	case admitted:
		e, duplicate, err := in.record(r.Context(), HTTP, p)
		in.attempts.end(p.Mart, err)
		if err == nil && (!duplicate || p.Cancelled) { // a repeat leaves nothing in Redis
			in.rates.count(p.Mart)
		}
		in.answer(w, r, p, wire.Published{ID: e.ID, Duplicate: duplicate}, err)
	}
}

func (in *Intake) answer(w http.ResponseWriter, r *http.Request, p order.Placement, published wire.Published, err error) {
	if err != nil {
		in.failed.log("way", HTTP, "mart", p.Mart, "order", p.Order, "err", err, "request", requestid.Of(r.Context()))
		answerFailed(w, err)
		return
	}
	answer(w, published)
}

// placementIn reads the order in the body of a request. Its errors are
// wire.MalformedErrors, or about a body that did not arrive.
func placementIn(w http.ResponseWriter, r *http.Request) (order.Placement, error) {
	body, err := httperror.ReadBody(w, r, wire.MaxPublication, bodyTimeout)
	if err != nil {
		return order.Placement{}, err
	}
	return wire.ParsePublication(body)
}

func answerMalformed(w http.ResponseWriter, err error) {
	var m *wire.MalformedError
	if errors.As(err, &m) && m.Reason == wire.ReasonTooLong {
		httperror.TooLarge(w, err)
		return
	}
	httperror.Malformed(w, err)
}

func answerFailed(w http.ResponseWriter, err error) {
	var missing *eventlog.NotReplicatedError
	if errors.As(err, &missing) {
		httperror.NotReplicated(w)
		return
	}
	httperror.NotRecorded(w)
}

func answer(w http.ResponseWriter, p wire.Published) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(p) // a publisher that is gone sends it again
}
