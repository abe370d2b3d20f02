package ipc

import (
	"time"

	"jumun/shared/order"
)

// MaxFound is how many rows a Found has at most: a page or two of the window.
const MaxRows = 200

// A Find asks for some of the orders that this PC knows: those that wait on top, oldest
// first, then the others, newest first.
type Query struct {
	Text   string `json:"text,omitempty"` // in the number, the summary or the name of who confirmed, in any case; empty: all
	Day    string `json:"day,omitempty"`  // 2024-07-27, by this PC's clock; empty: all days
	Offset int    `json:"offset,omitempty"`
	Limit  int    `json:"limit"` // 1 to MaxFound
}

// A Found answers a Find, and again when the orders have changed since.
type HistoryPage struct {
	Query   Query `json:"find"`    // what was asked
	Total   int   `json:"total"`   // how many there are, on all pages
	Waiting int   `json:"waiting"` // how many of these wait
	Rows    []Row `json:"rows"`    // from Find.Offset on
}

// A Row is an order in the history.
type Row struct {
	Mart    order.MartID  `json:"mart"`
	Order   order.OrderID `json:"order"`
	At      time.Time     `json:"at,omitzero"` // when it was recorded
	Summary string        `json:"summary,omitempty"`
	Amount  string        `json:"amount,omitempty"`
	Waiting bool          `json:"waiting,omitempty"`
	Ended   time.Time     `json:"ended,omitzero"` // when it was confirmed; zero if that is not known
	By      string        `json:"by,omitempty"`   // on which device
}

// An Export asks for a file: all that was found as CSV, or a zip for whoever helps.
type Export struct {
	Path  string `json:"path"`
	Query *Query `json:"find,omitempty"` // a CSV of these, whatever Offset and Limit say; nil: the diagnostics
}

// An Exported answers an Export.
type ExportResult struct {
	Path  string `json:"path"`
	Error string `json:"error,omitempty"` // what went wrong and what to do, for people; empty: it is there
}
