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
	"jumun/server/internal/hub"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A pollQuery is what a poll asks for.
type pollQuery struct {
	after []string // as given; see position
	wait  time.Duration
	limit int
}

// Poll answers with the events after an ID. If there are none, it waits for some, as long as the
// request says.
func (h *Handler) Poll(w http.ResponseWriter, r *http.Request) {
	mart, ok := h.accept(w, r)
	if !ok {
		return
	}
	q, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		httperror.Query(w, err.Error())
		return
	}
	q.wait = h.maxWait(r.Context(), q.wait)
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

// answer returns what the log has after an ID. A frame that comes over the hub only ends the
// waiting: the answer is read from the log.
func (h *Handler) answer(ctx context.Context, mart order.MartID, after order.ID, q pollQuery) (order.Page, error) {
	deadline := time.NewTimer(q.wait)
	defer deadline.Stop()
	page, err := h.page(ctx, mart, after, q.limit)
	if err != nil || q.wait <= 0 || !isEmpty(page) {
		return page, err
	}
	sub, err := h.join(ctx, mart)
	if err != nil {
		return order.Page{}, err
	}
	defer sub.Leave()
	// What was recorded before the mart was heard does not end the waiting.
	if page, err = h.page(ctx, mart, page.Last, q.limit); err != nil || !isEmpty(page) {
		return page, err
	}
	select {
	case <-ctx.Done():
		return order.Page{}, ctx.Err()
	case <-sub.Ready():
	case <-deadline.C:
	}
	page, err = h.page(ctx, mart, page.Last, q.limit)
	if isRevoked(sub) { // while it waited, or while the page was read
		return order.Page{}, hub.ErrRevoked
	}
	return page, err
}

func (h *Handler) join(ctx context.Context, mart order.MartID) (Subscriber, error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	return h.opts.Join(ctx, mart)
}

// maxWait returns how much of wait a poll may wait: its token must not expire meanwhile.
func (h *Handler) maxWait(ctx context.Context, wait time.Duration) time.Duration {
	if expires := h.opts.Expires(ctx); !expires.IsZero() {
		return min(wait, time.Until(expires))
	}
	return wait
}

func isEmpty(page order.Page) bool { return len(page.Events) == 0 && !page.Gap && !page.More }

func (h *Handler) reply(w http.ResponseWriter, after order.ID, page order.Page) {
	answer := h.polled(after, page)
	body, _ := json.Marshal(answer) // strings and JSON always marshal
	body = append(body, '\n')
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-store")
	if h.opts.Draining() {
		header.Set("Connection", "close") // so that the next poll finds another pod
	}
	if newWriter(w, http.NewResponseController(w), h.opts.WriteTimeout).write(body) != nil {
		return // the device has disconnected, and asks again
	}
	for _, e := range answer.Events {
		if e.ID != "" { // not the gap
			h.opts.Delivered()
		}
	}
}

// polled returns a page as JSON has it. A gap comes first.
func (h *Handler) polled(after order.ID, page order.Page) wire.Polled {
	answer := wire.Polled{Events: []wire.PolledEvent{}, Last: page.Last, More: page.More}
	if page.Gap {
		data, _ := json.Marshal(gapOf(after, page.Oldest)) // two strings always marshal
		answer.Events = append(answer.Events, wire.PolledEvent{Event: wire.GapEvent, Data: data})
	}
	for _, e := range page.Events {
		name, data := eventData(h.opts.Event, e)
		if data == nil {
			continue
		}
		text, err := json.Marshal(data)
		if err != nil {
			h.skip(e, err)
			continue
		}
		answer.Events = append(answer.Events, wire.PolledEvent{Event: name, ID: e.ID, Data: text})
	}
	return answer
}

// parseQuery reads the query of a poll. A parameter that is absent or empty has its default; one
// that is too large has its largest value.
func parseQuery(query string) (pollQuery, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return pollQuery{}, errors.New("the query cannot be read")
	}
	wait, err := number(values, wire.WaitParam, 0, 0, uint64(wire.MaxWait/time.Second))
	if err != nil {
		return pollQuery{}, err
	}
	limit, err := number(values, wire.LimitParam, wire.DefaultLimit, 1, wire.MaxLimit)
	if err != nil {
		return pollQuery{}, err
	}
	return pollQuery{values[wire.AfterParam], time.Duration(wait) * time.Second, int(limit)}, nil
}

func number(values url.Values, name string, byDefault, least, most uint64) (uint64, error) {
	if !values.Has(name) || len(values[name]) == 1 && values[name][0] == "" {
		return byDefault, nil
	}
	n, err := strconv.ParseUint(values.Get(name), 10, 64)
	if tooLarge := errors.Is(err, strconv.ErrRange); len(values[name]) > 1 || err != nil && !tooLarge || n < least {
		return 0, fmt.Errorf("%s is not one whole number of %d or more", name, least)
	}
	return min(n, most), nil
}
