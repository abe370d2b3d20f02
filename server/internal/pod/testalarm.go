package pod

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"jumun/server/internal/auth"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// isStaleTest reports whether e is a test alarm that no device is to play any more.
func (p *Pod) isStaleTest(e order.Event) bool {
	return e.Kind == order.Tested && p.since(e.At) > wire.TestFresh
}

// sendTest serves wire.TestsAdminPattern: an administrator sends a test alarm to a mart.
func (p *Pod) sendTest(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		httperror.Method(w, http.MethodPost)
		return
	}
	mart, ok := martOfAdmin(w, r)
	if !ok {
		return
	}
	if mart == wire.AnyMart {
		httperror.MartID(w, fmt.Errorf("a test alarm is for one mart, not for %s: %w", wire.AnyMart, order.ErrMalformed))
		return
	}
	by := auth.From(r.Context()).Holder()
	ctx, cancel := context.WithTimeout(r.Context(), confirmTimeout)
	defer cancel()
	e, err := p.opts.Orders.Test(ctx, mart, by)
	switch {
	case errors.Is(err, eventlog.ErrTestTooSoon):
		httperror.TooMany(w, wire.TestEvery-p.since(e.At))
		return
	case err != nil:
		p.log.Warn("a test alarm was not sent", "mart", mart, "err", err)
		httperror.NotReady(w)
		return
	}
	p.metrics.tests.Inc()
	p.audit(r.Context(), "sent a test alarm", "mart", mart, "id", e.ID, "by", by)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(wire.TestSent{ID: e.ID, At: e.At}) // the client may be gone
}

// answerTest serves wire.TestPattern: what a device tells of a test alarm.
func (p *Pod) answerTest(w http.ResponseWriter, r *http.Request) {
	mart, told, ok := readReport(p, w, r, wire.ParseTestAnswer)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), confirmTimeout)
	defer cancel()
	err := p.opts.Orders.AnswerTest(ctx, mart, order.ID(r.PathValue("id")), auth.From(ctx).Holder(), told)
	p.answered(w, mart, err)
}

func (p *Pod) answered(w http.ResponseWriter, mart order.MartID, err error) {
	switch {
	case errors.Is(err, eventlog.ErrNoTest):
		httperror.NoTest(w)
	case errors.Is(err, eventlog.ErrTestFull):
		httperror.FullTest(w)
	case err != nil:
		p.log.Debug("the answer to a test alarm was not stored", "mart", mart, "err", err)
		httperror.NotReady(w)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// showTest serves wire.TestAdminPattern: what the devices of a mart told of a test alarm.
func (p *Pod) showTest(w http.ResponseWriter, r *http.Request) {
	mart, ok := martToShow(w, r)
	if !ok {
		return
	}
	id := order.ID(r.PathValue("id"))
	told, err := p.opts.Orders.TestAnswers(r.Context(), mart, id)
	if errors.Is(err, eventlog.ErrNoTest) {
		httperror.NoTest(w)
		return
	}
	p.answer(w, r, "the answers to a test alarm", func(ctx context.Context) (any, error) {
		if err != nil {
			return nil, err
		}
		listed, err := p.opts.Devices.Statuses(ctx, mart)
		return wire.TestResult{MartID: mart, ID: id, At: id.Time(), Devices: tested(listed, told)}, err
	})
}

// tested returns the devices that are not revoked, with what each told.
func tested(listed []wire.DeviceStatus, told map[string]eventlog.ToldTest) []wire.TestedDevice {
	all := []wire.TestedDevice{}
	for _, d := range listed {
		if d.State == wire.DeviceRevoked {
			continue
		}
		t, gone := told[d.ID], d.State == wire.DeviceAway || d.State == wire.DeviceAsleep
		all = append(all, wire.TestedDevice{ID: d.ID, Name: d.Name, Connected: !gone, AnsweredAt: t.At, TestAnswer: t.TestAnswer})
	}
	return all
}
