package settings

import (
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
)

func TestWhatAnAdministratorDecidedCannotBeChangedAndSaysSo(t *testing.T) {
	f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings(), Managed: []string{"server", "hours", "noUpdates", "colour"}})
	for _, input := range []interface{ Disabled() bool }{f.server, f.opens, f.closes, f.pause, f.holidays, f.outside.input, f.week[3], f.updates} {
		if !input.Disabled() {
			t.Error("an input can be changed")
		}
	}
	if f.mart.Disabled() || f.managed[fieldServer].Text != "관리자가 정한 값" || f.managed[fieldMart].Text != "" || f.managed[fieldHours].Text != "관리자가 정한 값" || !f.managed[fieldNoUpdates].Visible() {
		t.Errorf("mart %v; %+v", f.mart.Disabled(), f.managed)
	}
	f.save()
	if len(*sent) != 1 || (*sent)[0].Save.Server != uitest.Settings().Server {
		t.Errorf("sent %+v", *sent)
	}
}

func TestALinkOfAnotherMartThanTheAdministratorsIsRefused(t *testing.T) {
	for name, want := range map[string]string{"server": "서버는 관리자가", "mart": "매장은 관리자가"} {
		t.Run(name, func(t *testing.T) {
			s := uitest.Settings()
			s.Server, s.Mart = "https://old.example.com", "41"
			f, _ := usualForm(t, ipc.SettingsView{Settings: s, Managed: []string{name}})
			f.Answer(ipc.SettingsView{Link: aLink})
			if got := f.settings(); got.Server != s.Server || got.Mart != s.Mart || f.code.Text != "" {
				t.Errorf("filled in %+v", got)
			}
			if !f.notice.Visible() || !strings.Contains(f.notice.Text, want) {
				t.Errorf("says %q", f.notice.Text)
			}
		})
	}
}

func TestALinkOfTheMartThatAnAdministratorDecidedIsFilledIn(t *testing.T) {
	s := uitest.Settings()
	s.Server, s.Mart = "https://jumun.example.com", "42"
	f, _ := usualForm(t, ipc.SettingsView{Settings: s, Managed: []string{"server", "mart"}})
	f.Answer(ipc.SettingsView{Link: aLink})
	if f.code.Text != "ABCD-EFGH" {
		t.Errorf("the code is %q", f.code.Text)
	}
}
