package agent

import (
	"fmt"
	"io"
	"os"

	"jumun/desktop/internal/diagnostics"
	"jumun/desktop/internal/ipc"
)

// openHistory has the history shown.
func (a *Agent) openHistory() { a.ui.historyWanted, a.ui.historySent = true, false }

// search finds orders for the history, and again when they change.
func (a *Agent) find(f ipc.Query) {
	a.query = &f
	a.updateHistory()
}

// lookAgain answers the last Find.
func (a *Agent) updateHistory() {
	if a.query == nil {
		return
	}
	found := a.orders.Find(*a.query)
	a.ui.pending.found = &found
}

// export writes a file for a person, beside the loop: a stick is slow.
func (a *Agent) export(e ipc.Export) {
	write := a.writeDiagnostics()
	if e.Query != nil {
		write = a.writeCSV(*e.Query)
	}
	a.wait.Go(func() {
		err := writeFile(e.Path, write)
		a.post(func() { a.exported(e.Path, err) })
	})
}

func (a *Agent) exported(path string, err error) {
	done := &ipc.ExportResult{Path: path}
	if err != nil {
		a.Log.Error("a file was not written", "err", err)
		done.Error = a.Translator.Text("agent.not-exported", "Cause", err)
	}
	a.ui.pending.exported = done
}

// csv writes all orders that a Find finds.
func (a *Agent) writeCSV(f ipc.Query) func(io.Writer) error {
	box, tr := a.orders, a.Translator
	return func(w io.Writer) error { return box.Export(w, f, tr) }
}

// diagnose writes what whoever helps has to know, and no secrets.
func (a *Agent) writeDiagnostics() func(io.Writer) error {
	c := diagnostics.Contents{LogDir: a.LogDir, Settings: a.settings, Status: a.status(), Version: a.Version}
	return func(w io.Writer) error { return diagnostics.Write(w, c) }
}

// writeFile writes a whole file, or none.
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
		_ = os.Remove(path) // half a file would look like a whole one
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
