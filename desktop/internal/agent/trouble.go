package agent

import (
	"cmp"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// connectionText returns what people read of a connection in this state, which is not
// ipc.Connected: a line for the tray, and why there is no connection and what to do, for below a
// heading; why is empty if there is nothing to say yet. reason and detail are those of a
// client.State.
func connectionText(t *i18n.Translator, state, reason, detail string) (line, why string) {
	if reason != "" {
		detail = t.Text("refused." + reason)
	}
	switch state {
	case ipc.Lost:
		detail = cmp.Or(detail, t.Text("banner.lost.do"))
		return t.Text("agent.lost", "Why", detail), detail
	case ipc.Refused:
		detail = cmp.Or(detail, t.Text("state.refused"))
		return detail, detail
	}
	return t.Text("state." + state), detail
}

// connectionText returns connectionText of the connection of now.
func (a *Agent) connectionText(state string) (line, why string) {
	return connectionText(a.Translator, state, a.refusedReason, a.connectionDetail)
}
