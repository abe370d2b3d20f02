package agent

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// onLoop calls f in the loop and waits for its end.
func (a *Agent) onLoop(f func()) {
	done := make(chan struct{})
	a.post(func() { f(); close(done) })
	<-done
}

// answered waits for the answer to a Save. The ui process of the agent must never be ready, so that
// the answer is not sent.
func (a *Agent) answered(t *testing.T) (view ipc.SettingsView) {
	t.Helper()
	until(t, a, "answered", func(ipc.Status) (ok bool) {
		a.onLoop(func() {
			if ok = a.ui.pending.settings != nil; ok {
				view, a.ui.pending.settings = *a.ui.pending.settings, nil
			}
		})
		return ok
	})
	return view
}

func refused(reason string) func(ipc.Status) bool {
	return func(s ipc.Status) bool {
		return s.State == ipc.Refused && s.Reason == reason && s.Paired == ""
	}
}

func connectedTo(mart order.MartID) func(ipc.Status) bool {
	return func(s ipc.Status) bool {
		return s.State == ipc.Connected && s.Mart == mart && s.Paired == string(mart) && s.Reason == ""
	}
}

func TestWithoutATokenTheServerIsNotAskedAndOrdersGoOnRinging(t *testing.T) {
	server := openServer(t)
	a := running(t, "plays", "shows")
	a.memory().empty()
	a.onLoop(func() { a.saved(server.settings()) })
	until(t, a, "told", refused(ipc.RefusedUnpaired))
	a.placed(1001)
	until(t, a, "ringing", func(s ipc.Status) bool { return waiting("1001")(s) && s.Player.State == ipc.ChildRunning })
	a.ack(t, "1001")
	until(t, a, "silent", waiting())
	if n := server.asked(wire.EventsPath("42")); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
}

func TestACodeInTheSettingsPairsThisPCAndConnects(t *testing.T) {
	server := openServer(t)
	server.allows("ABCDEFGH")
	a := running(t, "plays", "")
	a.memory().empty()
	s := server.settings()
	s.Device = " 카운터\n"
	a.onLoop(func() { a.handleSave(ipc.Save{Settings: s, Code: " abcd-efgh "}) })
	if view := a.answered(t); view.Shop == "" || len(view.Problems) != 0 || view.Notice != "" {
		t.Errorf("answered %+v", view)
	}
	until(t, a, "connected", func(s ipc.Status) bool { return connectedTo("42")(s) && s.Device == "카운터" })
	want := wire.PairRequest{MartID: "42", Code: "ABCDEFGH", Device: "카운터"}
	if paired, _ := server.devices(); !slices.Equal(paired, []wire.PairRequest{want}) {
		t.Errorf("paired %+v", paired)
	}
	stored, err := settings.Load(a.SettingsPath)
	if err != nil || stored.Server != server.URL || stored.Mart != "42" {
		t.Errorf("stored %+v, %v", stored, err)
	}
	raw, _ := os.ReadFile(a.SettingsPath)
	for _, secret := range []string{"abcd", "ABCD", pairedBy} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("%s is in the settings", secret)
		}
	}
}

func TestAPairingThatFailsShowsWhyAndChangesNothing(t *testing.T) {
	tests := []struct {
		name, code     string
		change         func(*settings.Settings, *memory)
		field, problem string // by the JSON name, and the ID of its text
		notice         string // else this is told
	}{
		{"a wrong code", "HGFEDCBA", nil, "code", "agent.pairing-wrong", ""},
		{"what cannot be a code", "0", nil, "code", "agent.pairing-wrong", ""},
		{"too many tries", busyCode, nil, "code", "agent.pairing-wait", ""},
		{"no server", "ABCDEFGH", func(s *settings.Settings, _ *memory) { s.Server = "http://127.0.0.1:1" }, "", "", "agent.pairing-failed"},
		{"no such certificate authorities", "ABCDEFGH", func(s *settings.Settings, _ *memory) { s.CA = filepath.Join(os.TempDir(), "none.pem") },
			"ca", "client.bad-ca", ""},
		{"a token that cannot be kept", "ABCDEFGH", func(_ *settings.Settings, m *memory) { m.set(func() { m.broken = errors.New("full") }) },
			"", "", "agent.token-not-kept"},
	}
	server := openServer(t)
	a := running(t, "plays", "")
	a.onLoop(func() { a.saved(server.settings()) })
	a.answered(t)
	until(t, a, "connected", connectedTo("42"))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server.allows("ABCDEFGH")
			s := server.settings()
			s.Mart = "43"
			if tt.change != nil {
				tt.change(&s, a.memory())
			}
			a.onLoop(func() { a.openSettings(); a.handleSave(ipc.Save{Settings: s, Code: tt.code}) })
			view := a.answered(t)
			if view.Saved || !says(a, view.Problems[tt.field], tt.problem) || !says(a, view.Notice, tt.notice) || len(view.Problems) > 1 {
				t.Errorf("answered %+v", view)
			}
			until(t, a, "as before", connectedTo("42"))
			if stored, err := settings.Load(a.SettingsPath); err != nil || stored != server.settings() {
				t.Errorf("stored %+v, %v", stored, err)
			}
		})
	}
	if n := server.asked(wire.EventsPath("42")); n != 1 {
		t.Errorf("connected %d times", n)
	}
}

func TestACAFileThatCannotBeUsedIsNotSaved(t *testing.T) {
	a := running(t, "plays", "")
	a.onLoop(func() {
		a.saved(whole(settings.Settings{Server: "https://host", Mart: "42", Volume: 0.5, CA: filepath.Join(t.TempDir(), "none.pem")}))
	})
	if view := a.answered(t); view.Saved || !says(a, view.Problems["ca"], "client.bad-ca") {
		t.Errorf("answered %+v", view)
	}
}

// says reports whether a text is the message with this ID, up to its first value.
func says(a *Agent, text, id string) bool {
	if id == "" {
		return text == ""
	}
	start, _, _ := strings.Cut(a.Translator.Text(id, "Cause", "\x00", "Wait", "\x00"), "\x00")
	return text != "" && strings.HasPrefix(text, start)
}

func TestPairingWithAnotherMartRemovesTheTokenOfTheFirst(t *testing.T) {
	server := openServer(t)
	server.allows("ABCDEFGH")
	a := server.connectedIn(t, t.TempDir())
	s := server.settings()
	s.Mart = "43"
	a.onLoop(func() { a.handleSave(ipc.Save{Settings: s, Code: "ABCDEFGH"}) })
	until(t, a, "connected", connectedTo("43"))
	a.onLoop(func() { a.saved(server.settings()) })
	until(t, a, "told", refused(ipc.RefusedUnpaired))
	a.onLoop(func() { a.saved(s) })
	until(t, a, "connected, as that is still paired", connectedTo("43"))
}

func TestPairingAgainWithTheSameMartConnectsWithTheNewToken(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.revokes(firstToken)
	until(t, a, "unpaired", refused(ipc.RefusedRevoked))
	server.allows("ABCDEFGH")
	a.onLoop(func() { a.handleSave(ipc.Save{Settings: server.settings(), Code: "ABCDEFGH"}) })
	until(t, a, "connected", connectedTo("42"))
}

func TestWhileThePairingWaitsOrdersRingAndAnotherSaveDoesNothing(t *testing.T) {
	server := openServer(t)
	server.allows("ABCDEFGH")
	server.hold = make(chan struct{})
	a := running(t, "plays", "")
	a.memory().empty()
	a.onLoop(func() { a.handleSave(ipc.Save{Settings: server.settings(), Code: "ABCDEFGH"}) })
	a.placed(1001)
	until(t, a, "ringing", func(s ipc.Status) bool { return waiting("1001")(s) && s.Player.State == ipc.ChildRunning })
	a.ack(t, "1001")
	other := server.settings()
	other.Mart = "44"
	a.onLoop(func() {
		a.saved(other)
		a.handleSave(ipc.Save{Settings: other, Code: "ABCDEFGH"})
	})
	until(t, a, "nothing stored", func(s ipc.Status) bool { return s.State == ipc.NotSet && s.Mart == "" })
	close(server.hold)
	until(t, a, "connected", connectedTo("42"))
	if view := a.answered(t); view.Shop == "" {
		t.Errorf("answered %+v", view)
	}
}

func TestIfTheWindowIsClosedMeanwhileItShowsTheErrorWhenItOpensNext(t *testing.T) {
	server := openServer(t)
	server.hold = make(chan struct{})
	a := running(t, "plays", "")
	a.onLoop(func() {
		a.handleSave(ipc.Save{Settings: server.settings(), Code: "ABCDEFGH"})
		a.ui.settingsWanted = false
	})
	close(server.hold)
	until(t, a, "told", func(ipc.Status) (told bool) {
		a.onLoop(func() {
			told = a.settingsView().Notice == a.Translator.Text("agent.pairing-wrong") && a.ui.pending.settings == nil && !a.ui.settingsWanted
		})
		return told
	})
}

func TestAnAgentThatQuitsDoesNotWaitForThePairing(t *testing.T) {
	server := openServer(t)
	server.hold = make(chan struct{})
	a := running(t, "plays", "shows")
	a.onLoop(func() { a.handleSave(ipc.Save{Settings: server.settings(), Code: "ABCDEFGH"}) })
	until(t, a, "asked", func(ipc.Status) bool { return server.asked(wire.PairPath) == 1 })
	begun := time.Now()
	a.stop()
	if took := time.Since(begun); took > 10*time.Second { // the server may hold its answer for 15 s
		t.Errorf("it took %v", took)
	}
	if _, err := os.Stat(a.SettingsPath); err == nil {
		t.Error("the settings were stored")
	}
}

func TestAReloadUsesWhatAnotherProcessPaired(t *testing.T) {
	server, dir := openServer(t), t.TempDir()
	a := server.connectedIn(t, dir)
	server.place(1001)
	until(t, a, "ringing", waiting("1001"))
	server.revokes(firstToken)
	until(t, a, "unpaired, and it still rings", func(s ipc.Status) bool {
		return refused(ipc.RefusedRevoked)(s) && waiting("1001")(s) && s.Player.State == ipc.ChildRunning
	})
	server.allows("ABCDEFGH")
	s := server.settings()
	s.Device = "주방"
	p := Pairing{SettingsPath: a.SettingsPath, Tokens: a.Tokens, Translator: a.Translator, Log: a.Log}
	if _, err := p.Pair(t.Context(), s, "ABCD-EFGH"); err != nil {
		t.Fatal(err)
	}
	if r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoReload}); r.Error != "" {
		t.Fatal(r.Error)
	}
	until(t, a, "connected", func(s ipc.Status) bool { return connectedTo("42")(s) && s.Device == "주방" && waiting("1001")(s) })
	a.ack(t, "1001")
	server.got(t, ack{"1001", "주방"})
}

func TestTheNameOfTheMartIsKeptAndFollowsTheServer(t *testing.T) {
	server := openServer(t)
	server.allows("ABCDEFGH")
	server.martName = "강남점"
	a := running(t, "plays", "shows")
	shop := server.settings()
	shop.Awake = false // nothing keeps this PC awake, which the line would say
	a.onLoop(func() { a.handleSave(ipc.Save{Settings: shop, Code: "ABCDEFGH"}) })
	named := func(name string) func(ipc.Status) bool {
		return func(s ipc.Status) bool { return connectedTo("42")(s) && s.MartName == name }
	}
	until(t, a, "named", named("강남점"))
	server.place(1001)
	until(t, a, "on its card", func(s ipc.Status) bool { return len(s.Waiting) == 1 && s.Waiting[0].MartName == "강남점" })
	a.onLoop(func() { a.martNamed(shop, "역삼점") })
	until(t, a, "on its card", func(s ipc.Status) bool { return named("역삼점")(s) && s.Waiting[0].MartName == "역삼점" })
	a.ack(t, "1001")
	a.onLoop(func() { a.martNamed(shop, "") }) // a server that has no name
	a.onLoop(func() { a.handleSave(ipc.Save{Settings: shop}) })
	until(t, a, "as before", named("역삼점"))
	var line string
	a.onLoop(func() { line = a.statusLine(a.currentAlarm(time.Now())) })
	if stored, err := settings.Load(a.SettingsPath); err != nil || stored.ShopName() != "역삼점" || line != a.Translator.Text("agent.connected-to", "Name", "역삼점") {
		t.Errorf("stored %q, %v; shown %q", stored.ShopName(), err, line)
	}
}

func TestSettingsThatCannotBeReadAgainChangeNothing(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	if err := os.WriteFile(a.SettingsPath, []byte("half of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoReload}); r.Error == "" {
		t.Error("no error")
	}
	until(t, a, "as before", connectedTo("42"))
	if n := server.asked(wire.EventsPath("42")); n != 1 {
		t.Errorf("connected %d times", n)
	}
}

func TestAPairingFailsIfTheSettingsCannotBeStored(t *testing.T) {
	server := openServer(t)
	server.allows("ABCDEFGH")
	a := running(t, "plays", "shows")
	p := Pairing{SettingsPath: t.TempDir(), Tokens: a.Tokens, Translator: a.Translator, Log: a.Log} // a folder is no file
	_, err := p.Pair(t.Context(), server.settings(), "ABCDEFGH")
	if err == nil || !says(a, err.Error(), "agent.settings-not-saved") {
		t.Errorf("%v", err)
	}
}
