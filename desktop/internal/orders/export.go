package orders

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// byteOrderMark says UTF-8 to Excel, which takes Hangul for something else without it.
const byteOrderMark = "\ufeff"

// Export writes all orders that f asks for to w, as CSV (RFC 4180) that Excel opens at a
// double click. It holds up nobody while w is slow. Its errors are those of w.
func (b *Inbox) Export(w io.Writer, f ipc.Query, tr *i18n.Translator) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(titles(tr)); err != nil {
		return err
	}
	waiting, confirmed := tr.Text("history.waiting"), tr.Text("history.confirmed")
	for e := range b.hits(f) {
		state := confirmed
		if e.State == Waiting {
			state = waiting
		}
		if err := out.Write(e.cells(state)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func titles(tr *i18n.Translator) []string {
	return []string{
		tr.Text("history.number"), tr.Text("history.mart"), tr.Text("history.at"), tr.Text("history.summary"),
		tr.Text("history.amount"), tr.Text("history.state"), tr.Text("history.ended"), tr.Text("history.by"),
	}
}

func (e *Entry) cells(state string) []string {
	return []string{
		number(string(e.Order)), number(string(e.Mart)), clock(e.At), cell(e.Summary),
		cell(e.Amount), state, clock(e.Ended), cell(e.By),
	}
}

// clock is a time as Excel knows one, by this PC's clock.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateTime)
}

// cell is a text that no spreadsheet computes: what begins as a formula does gets an
// apostrophe, which is how one types such a text. One that has an apostrophe gets another,
// so that a program can take it away again. Amounts stay numbers if they look like some.
func cell(s string) string {
	s = strings.TrimSpace(strings.Map(printable, s))
	if strings.IndexAny(s, "=+-@'＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

// printable keeps a cell in one line.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

// untouched are the numbers that Excel shows as they are: up to 11 digits without zeros
// in front, a date with a number behind it, and letters before digits.
var untouched = regexp.MustCompile(`^([1-9][0-9]{0,10}|0|[0-9]{5,}-[0-9]+|\pL{1,2}-?[0-9]+(-[0-9]+)?)$`)

// number is a number as a text: Excel would take 0012 for 12, 3-4 for the third of April,
// 1E5 for 100000, and drop the end of long ones. The apostrophe is seen in Excel; a
// formula that says the text would be hidden there, and be seen in all other programs.
func number(s string) string {
	text := cell(s)
	if untouched.MatchString(text) || strings.HasPrefix(text, "'") {
		return text
	}
	return "'" + text
}
