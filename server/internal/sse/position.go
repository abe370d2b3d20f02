package sse

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// notAnID stands for something that is not an ID. The log knows no such event, and answers with a
// gap.
const notAnID order.ID = "malformed"

// lastID returns the ID after which a request for a stream wants to resume, or "" if it gives
// none. A Last-Event-ID is newer than what stands in the URL, and so is the lastEventId that what stands in for a
// browser's EventSource adds there.
func (h *Handler) lastID(r *http.Request, mart order.MartID) order.ID {
	given := r.Header.Values("Last-Event-ID")
	if !slices.ContainsFunc(given, isSet) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return h.malformed(mart, fmt.Errorf("query: %w", err))
		}
		if given = query[wire.LastEventIDParam]; !slices.ContainsFunc(given, isSet) {
			given = query[wire.AfterParam]
		}
	}
	return h.position(mart, given)
}

// position returns the ID that was given, or notAnID. A malformed ID is no reason to refuse a
// device: it would try the same again, and its mart would hear nothing.
func (h *Handler) position(mart order.MartID, given []string) order.ID {
	after, err := oneID(given)
	if err != nil {
		return h.malformed(mart, err)
	}
	return after
}

func (h *Handler) malformed(mart order.MartID, err error) order.ID {
	h.malformedID.Do(func() {
		h.opts.Log.Warn("a device wants to resume from something that is not an event ID: it is told of a gap", "mart", mart, "err", err)
	})
	return notAnID
}

// oneID returns the ID in what was given, or "" if there is none. Its errors wrap
// order.ErrMalformed.
func oneID(given []string) (order.ID, error) {
	given = slices.DeleteFunc(slices.Clone(given), func(s string) bool { return !isSet(s) })
	switch len(given) {
	case 0:
		return "", nil
	case 1:
		return order.ParseID(given[0])
	}
	return "", fmt.Errorf("%d IDs at once: %w", len(given), order.ErrMalformed)
}

func isSet(s string) bool { return s != "" }

// outcome returns how a device resumes that asked for what follows an ID and gets page.
func outcome(asked order.ID, page order.Page) string {
	switch {
	case asked == notAnID:
		return Malformed
	case page.Gap:
		return Gap
	case asked == "":
		return Fresh
	}
	return Resumed
}

// resumeFrom returns the ID from which a device can resume without loss before any event of first
// was sent, or "" if there is none.
func resumeFrom(asked order.ID, first order.Page) order.ID {
	switch {
	case first.Gap:
		return ""
	case asked == "" && len(first.Events) == 0:
		return first.Last
	}
	return asked
}
