package agent

import (
	"fmt"
	"io"
	"os"

	"jumun/desktop/internal/diagnostics"
	"jumun/desktop/internal/ipc"
)

func (a *Agent) openHistory() { a.ui.historyWanted, a.ui.historySent = true, false }

// find answers a query of the history window, and again whenever the orders change.
func (a *Agent) find(q ipc.Query) {
	a.query = &q
	a.updateHistory()
}

// updateHistory answers the last query.
func (a *Agent) updateHistory() {
	if a.query == nil {
		return
	}
	page := a.orders.Find(*a.query)
	for i := range page.Rows {
		a.complete(&page.Rows[i])
	}
	a.ui.pending.page = &page
}

// complete adds to a row what the store does not know. An order of another mart does not ring here,
// and one that is older than the server's log would be one of many on the card of old orders.
func (a *Agent) complete(r *ipc.Row) {
	confirmed := !r.Waiting && !r.Unread && !r.Left && r.Withdrawn.IsZero()
	r.Again = confirmed && r.Mart == a.settings.Mart && r.At.After(a.oldBefore())
	r.MartName = a.martName(r.Mart)
}

// export writes the file that a person asked for, outside the loop: a USB stick is slow, and a drive
// in the network may hang.
func (a *Agent) export(e ipc.Export) {
	write := a.writeDiagnostics()
	if e.Query != nil {
		write = a.writeCSV(*e.Query)
	}
	a.beside(exportTimeout, func() error { return writeFile(e.Path, write) }, func(err error) { a.exported(e.Path, err) })
}

func (a *Agent) exported(path string, err error) {
	result := &ipc.ExportResult{Path: path}
	if err != nil {
		a.Log.Error("a file was not exported", "err", err)
		result.Error = a.Translator.Text("agent.not-exported", "Cause", driveText(a.Translator, err))
	}
	a.ui.pending.exported = result
}

// writeCSV returns a function that writes all orders that match a query.
func (a *Agent) writeCSV(q ipc.Query) func(io.Writer) error {
	store, tr := a.orders, a.Translator
	return func(w io.Writer) error { return store.Export(w, q, tr) }
}

// writeDiagnostics returns a function that writes what somebody needs to help, without secrets.
func (a *Agent) writeDiagnostics() func(io.Writer) error {
	c := diagnostics.Contents{LogDir: a.LogDir, Settings: a.settings, Status: a.status(), Version: a.Version}
	return func(w io.Writer) error { return diagnostics.Write(w, c) }
}

// writeFile writes a complete file, or none.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(path) // half a file would look like a complete one
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
