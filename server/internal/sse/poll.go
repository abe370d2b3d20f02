package sse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A question is what a poll asks for.
type question struct {
	after []string // as it was given
	wait  time.Duration
	limit int
}

// Poll answers with the events after an ID, and waits for some if there are none and
// it is asked to.
func (h *Handler) Poll(w http.ResponseWriter, r *http.Request) {
	mart, ok := h.admit(w, r)
	if !ok {
		return
	}
	q, err := parseQuestion(r.URL.RawQuery)
	if err != nil {
		httperror.Query(w, err.Error())
		return
	}
	q.wait = h.patience(r.Context(), q.wait)
	asked := h.position(mart, q.after)
	page, err := h.answer(r.Context(), mart, asked, q)
	if err != nil {
		h.refuse(w, mart, err)
		return
	}
	if page.Gap {
		h.opts.Resumed(outcome(asked, page))
	}
	h.reply(w, asked, page)
}

// answer is what the log has after an ID. What comes over the hub while it waits only
// wakes it: what to answer is read from the log.
func (h *Handler) answer(ctx context.Context, mart order.MartID, after order.ID, q question) (order.Page, error) {
	deadline := time.NewTimer(q.wait)
	defer deadline.Stop()
	page, err := h.page(ctx, mart, after, q.limit)
	if err != nil || q.wait <= 0 || !nothing(page) {
		return page, err
	}
	device, err := h.join(ctx, mart)
	if err != nil {
		return order.Page{}, err
	}
	defer device.Leave()
	// What was recorded before the mart was heard wakes nobody.
	if page, err = h.page(ctx, mart, page.Last, q.limit); err != nil || !nothing(page) {
		return page, err
	}
	select {
	case <-ctx.Done():
		return order.Page{}, ctx.Err()
	case <-device.Frames():
	case <-device.Closed():
	case <-deadline.C:
	}
	page, err = h.page(ctx, mart, page.Last, q.limit)
	if revoked(device) { // while it waited, or while the page was read
		return order.Page{}, ErrRevoked
	}
	return page, err
}

func (h *Handler) join(ctx context.Context, mart order.MartID) (Device, error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	return h.opts.Join(ctx, mart)
}

// patience is how much of wait a poll may wait: its token must not end meanwhile.
func (h *Handler) patience(ctx context.Context, wait time.Duration) time.Duration {
	if expires := h.opts.Expires(ctx); !expires.IsZero() {
		return min(wait, time.Until(expires))
	}
	return wait
}

func nothing(page order.Page) bool { return len(page.Events) == 0 && !page.Gap && !page.More }

func (h *Handler) reply(w http.ResponseWriter, after order.ID, page order.Page) {
	answer := h.polled(after, page)
	body, _ := json.Marshal(answer) // texts and what was JSON before always marshal
	body = append(body, '\n')
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if h.opts.Draining() {
		header.Set("Connection", "close") // so that the next poll finds another pod
	}
	if newFrames(w, http.NewResponseController(w), h.opts.WriteTimeout).write(body) != nil {
		return // whoever asked is gone, and asks again
	}
	for _, e := range answer.Events {
		if e.ID != "" { // not the gap
			h.opts.Delivered()
		}
	}
}

// polled is a page as JSON. A gap comes first.
func (h *Handler) polled(after order.ID, page order.Page) wire.Polled {
	answer := wire.Polled{Events: []wire.PolledEvent{}, Last: page.Last, More: page.More}
	if page.Gap {
		data, _ := json.Marshal(gapOf(after, page.Oldest)) // two texts always marshal
		answer.Events = append(answer.Events, wire.PolledEvent{Event: wire.GapEvent, Data: data})
	}
	for _, e := range page.Events {
		name, data := eventData(h.opts.Event, e)
		if data == nil {
			continue
		}
		text, err := json.Marshal(data)
		if err != nil {
			h.passOver(e, err)
			continue
		}
		answer.Events = append(answer.Events, wire.PolledEvent{Event: name, ID: e.ID, Data: text})
	}
	return answer
}

// parseQuestion reads the query of a poll. What is left out, or empty, has its default;
// what is too large is taken for the largest there may be.
func parseQuestion(query string) (question, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return question{}, errors.New("the query cannot be read")
	}
	wait, err := number(values, wire.WaitParam, 0, 0, uint64(wire.MaxWait/time.Second))
	if err != nil {
		return question{}, err
	}
	limit, err := number(values, wire.LimitParam, wire.DefaultLimit, 1, wire.MaxLimit)
	if err != nil {
		return question{}, err
	}
	return question{values[wire.AfterParam], time.Duration(wait) * time.Second, int(limit)}, nil
}

func number(values url.Values, name string, otherwise, least, most uint64) (uint64, error) {
	if !values.Has(name) || len(values[name]) == 1 && values[name][0] == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseUint(values.Get(name), 10, 64)
	if tooLarge := errors.Is(err, strconv.ErrRange); len(values[name]) > 1 || err != nil && !tooLarge || n < least {
		return 0, fmt.Errorf("%s is not one whole number of %d or more", name, least)
	}
	return min(n, most), nil
}
