package orders

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// byteOrderMark tells Excel that the file is UTF-8; without it Hangul is garbled.
const byteOrderMark = "\ufeff"

// Export writes all orders that f asks for to w, as CSV (RFC 4180) that Excel opens with a double
// click. It blocks nobody while w is slow. Its errors are those of w.
func (s *Store) Export(w io.Writer, f ipc.Query, tr *i18n.Translator) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(titles(tr)); err != nil {
		return err
	}
	needs := s.needs()
	state := states(tr, needs)
	for e := range s.matches(f, needs) {
		if err := out.Write(e.cells(state(e))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// states returns the text of the state of an Entry.
func states(tr *i18n.Translator, needs func(*Entry) bool) func(*Entry) string {
	waiting, confirmed, withdrawn, left := tr.Text("history.waiting"), tr.Text("history.confirmed"), tr.Text("history.withdrawn"), tr.Text("history.left")
	return func(e *Entry) string {
		switch {
		case !e.Withdrawn.IsZero():
			return withdrawn
		case e.State == Waiting && needs(e):
			return waiting
		case e.State == Waiting:
			return left
		}
		return confirmed
	}
}

func titles(tr *i18n.Translator) []string {
	return []string{
		tr.Text("history.number"), tr.Text("history.mart"), tr.Text("history.at"), tr.Text("history.summary"),
		tr.Text("history.amount"), tr.Text("history.state"), tr.Text("history.ended"), tr.Text("history.by"),
		tr.Text("history.withdrawn-at"),
	}
}

func (e *Entry) cells(state string) []string {
	return []string{
		number(string(e.Order)), number(string(e.Mart)), clock(e.At), cell(e.Summary),
		cell(e.Amount), state, clock(e.Ended), cell(e.By),
		clock(e.Withdrawn),
	}
}

// clock formats a time for Excel, in the time zone of this PC.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateTime)
}

// cell returns a text that no spreadsheet computes. A text that begins like a formula gets an
// apostrophe in front, as a person would type it; a text with an apostrophe gets another one,
// so that a program can remove it again. An amount that looks like a number stays one.
func cell(s string) string {
	s = order.Line(s, len(s))
	if strings.IndexAny(s, "=+-@'＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

// untouched matches the numbers that Excel shows as they are: up to 11 digits without leading
// zeros, a date followed by a number, and letters before digits.
var untouched = regexp.MustCompile(`^([1-9][0-9]{0,10}|0|[0-9]{5,}-[0-9]+|\pL{1,2}-?[0-9]+(-[0-9]+)?)$`)

// number returns an order number as a text: Excel would read 0012 as 12, 3-4 as the third of
// April and 1E5 as 100000, and cut long ones. Excel shows the apostrophe; a formula would hide
// it there, but all other programs would show the formula.
func number(s string) string {
	text := cell(s)
	if untouched.MatchString(text) || strings.HasPrefix(text, "'") {
		return text
	}
	return "'" + text
}
