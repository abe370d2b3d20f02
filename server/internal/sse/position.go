package sse

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// nowhere is what the log is asked for in place of something that is no ID. It knows no
// such event either, and answers with a gap.
const nowhere order.ID = "malformed"

// lastID is the ID after which a request for a stream wants to go on; empty if it gives
// none. A Last-Event-ID is newer than what stands in the address.
func (h *Handler) lastID(r *http.Request, mart order.MartID) order.ID {
	given := r.Header.Values("Last-Event-ID")
	if !slices.ContainsFunc(given, isSet) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return h.malformed(mart, fmt.Errorf("query: %w", err))
		}
		given = query[wire.AfterParam]
	}
	return h.position(mart, given)
}

// position is the ID that was given, or nowhere. What is malformed is no reason to refuse
// a device: it would try the same again, and a mart would stay deaf.
func (h *Handler) position(mart order.MartID, given []string) order.ID {
	after, err := oneID(given)
	if err != nil {
		return h.malformed(mart, err)
	}
	return after
}

func (h *Handler) malformed(mart order.MartID, err error) order.ID {
	h.strange.Do(func() {
		h.opts.Log.Warn("a device asked for what follows something that is no ID: it is told of a gap", "mart", mart, "err", err)
	})
	return nowhere
}

// oneID is the ID in what was given, or none. Its errors wrap order.ErrMalformed.
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

// outcome is how a device goes on that asked for what follows an ID and gets page.
func outcome(asked order.ID, page order.Page) string {
	switch {
	case asked == nowhere:
		return Malformed
	case page.Gap:
		return Gap
	case asked == "":
		return Fresh
	}
	return Resumed
}

// resumable is the ID from which a resuming loses nothing, before any event of first was
// sent; empty if there is none.
func resumable(asked order.ID, first order.Page) order.ID {
	switch {
	case first.Gap:
		return ""
	case asked == "" && len(first.Events) == 0:
		return first.Last
	}
	return asked
}
