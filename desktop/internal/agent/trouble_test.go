package agent

import (
	"testing"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

func TestTheReasonReachesTheTrayAndWhatStandsBelowAHeading(t *testing.T) {
	tr, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	const login = "This is a login page. Sign in"
	tests := []struct {
		name                  string
		state, reason, detail string
		line, why             string
	}{
		{"lost", ipc.Lost, "", login, "Not connected · " + login, login},
		{"lost, and nothing is known", ipc.Lost, "", "", "Not connected · " + tr.Text("banner.lost.do"), tr.Text("banner.lost.do")},
		{"refused by something in between", ipc.Refused, "", login, login, login},
		{"refused by the server, in its own words", ipc.Refused, ipc.RefusedRevoked, "401", tr.Text("refused.revoked"), tr.Text("refused.revoked")},
		{"refused, and nothing is known", ipc.Refused, "", "", "Refused by the server", "Refused by the server"},
		{"connecting again", ipc.Connecting, "", login, "Connecting", login},
		{"connecting", ipc.Connecting, "", "", "Connecting", ""},
		{"not set", ipc.NotSet, "", "", "Settings needed", ""},
	}
	for _, tt := range tests {
		if line, why := connectionText(tr, tt.state, tt.reason, tt.detail); line != tt.line || why != tt.why {
			t.Errorf("%s: %q, %q; want %q, %q", tt.name, line, why, tt.line, tt.why)
		}
	}
}
