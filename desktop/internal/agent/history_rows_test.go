package agent

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func TestTheHistoryOffersToRingAgainOnlyWhatRingsHere(t *testing.T) {
	a := &Agent{settings: settings.Settings{Mart: "42", MartName: settings.MartName{Mart: "42", Name: "강남점"}}}
	lately := time.Now().Add(-time.Hour)
	tests := []struct {
		name string
		row  ipc.Row
		want bool
	}{
		{"confirmed", ipc.Row{Mart: "42", At: lately}, true},
		{"it waits", ipc.Row{Mart: "42", At: lately, Waiting: true}, false},
		{"withdrawn and not read", ipc.Row{Mart: "42", At: lately, Unread: true, Withdrawn: lately}, false},
		{"withdrawn and read", ipc.Row{Mart: "42", At: lately, Withdrawn: lately}, false},
		{"of the mart before", ipc.Row{Mart: "7", At: lately}, false},
		{"older than the server's log", ipc.Row{Mart: "42", At: time.Now().Add(-73 * time.Hour)}, false},
	}
	for _, tt := range tests {
		a.complete(&tt.row)
		if tt.row.Again != tt.want || (tt.row.MartName == "강남점") != (tt.row.Mart == "42") {
			t.Errorf("%s: %+v", tt.name, tt.row)
		}
	}
}

func TestAClickOnThePopupOpensTheHistory(t *testing.T) {
	a := &Agent{}
	if a.handleRequest(ipc.FromUI{OpenHistory: true}); !a.ui.historyWanted || a.ui.historySent {
		t.Errorf("%+v", a.ui)
	}
}
