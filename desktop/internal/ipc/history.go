package ipc

import (
	"time"

	"jumun/shared/order"
)

// MaxRows is the largest number of rows in a HistoryPage: a page or two of the window.
const MaxRows = 200

// A Query (ui process → agent) asks for orders that this PC knows: those that need a person
// first, oldest first, then the others, newest first.
type Query struct {
	Text   string `json:"text,omitempty"` // part of the number, the summary or the name of who confirmed, in any case; empty: all
	Day    string `json:"day,omitempty"`  // such as 2024-07-27, by this PC's clock; empty: all days
	Offset int    `json:"offset,omitempty"`
	Limit  int    `json:"limit"` // 1 to MaxRows
}

// A HistoryPage (agent → ui process) answers a Query, and again whenever the orders change.
type HistoryPage struct {
	Query   Query `json:"find"`    // the Query that it answers
	Total   int   `json:"total"`   // how many orders match, on all pages
	Waiting int   `json:"waiting"` // how many of these wait
	Rows    []Row `json:"rows"`    // from Query.Offset on
}

// A Row is an order in the history.
type Row struct {
	Mart      order.MartID  `json:"mart"`
	ID        order.ID      `json:"id"`
	Order     order.OrderID `json:"order"`       // its number
	At        time.Time     `json:"at,omitzero"` // when it was recorded
	Summary   string        `json:"summary,omitempty"`
	Amount    string        `json:"amount,omitempty"`
	Waiting   bool          `json:"waiting,omitempty"`
	Left      bool          `json:"left,omitempty"`     // nobody confirmed it here before this PC was set to another mart
	Unread    bool          `json:"unread,omitempty"`   // it was withdrawn, and nobody has read that
	Withdrawn time.Time     `json:"withdrawn,omitzero"` // when its publisher withdrew it; zero: it did not
	Ended     time.Time     `json:"ended,omitzero"`     // when it was confirmed; zero: not known
	By        string        `json:"by,omitempty"`       // the device that confirmed it
	Again     bool          `json:"again,omitempty"`    // it was confirmed, and can ring here again: its confirmation can be taken back
	MartName  string        `json:"martName,omitempty"` // for people; empty: not known
}

// An Export (ui process → agent) asks for a file: orders as CSV, or diagnostics as a zip.
type Export struct {
	Path  string `json:"path"`
	Query *Query `json:"find,omitempty"` // the CSV has all orders that match, whatever Offset and Limit are; nil: diagnostics
}

// An ExportResult (agent → ui process) answers an Export.
type ExportResult struct {
	Path  string `json:"path"`
	Error string `json:"error,omitempty"` // why there is no file and what to do, for people; empty: the file is there
}
