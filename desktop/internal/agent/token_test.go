package agent

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

func TestALockedTokenStoreIsTriedUntilItOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("a token")
		m.locked = true
		a, start := &Agent{Config: Config{Tokens: m}}, time.Now()
		var said []client.State
		const opened = 3*awaitLimit + time.Second
		time.AfterFunc(opened, func() { m.set(func() { m.locked = false }) })
		f := &client.Client{Explain: error.Error}
		if !a.waitForToken(t.Context(), f, settings.Settings{Mart: "42"}, new(enroller), func(s client.State) { said = append(said, s) }) {
			t.Fatal("given up")
		}
		if f.Token != "a token" || f.HTTP == nil || time.Since(start) != opened || m.asked != 5 {
			t.Errorf("%q after %v and %d tries", f.Token, time.Since(start), m.asked)
		}
		if len(said) != 1 || said[0].Name != ipc.Refused || said[0].Reason != ipc.RefusedKeychain {
			t.Errorf("said %+v", said)
		}
	})
}

func TestWaitForTokenEndsWithItsContext(t *testing.T) {
	tests := []struct {
		name   string
		change func(*memory)
		said   int
		asked  int // the store was, in three rounds
	}{
		{"locked", func(m *memory) { m.locked = true }, 1, 3},
		{"a token store that hangs", func(m *memory) { m.hangs = make(chan struct{}) }, 0, 1},
		{"no token", func(m *memory) { m.first = "" }, 1, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 2*awaitLimit+time.Second)
				defer cancel()
				m := newMemory("a token")
				tt.change(m)
				said := 0
				a := &Agent{Config: Config{Tokens: m}}
				if a.waitForToken(ctx, &client.Client{Explain: error.Error}, settings.Settings{Mart: "42"}, new(enroller), func(client.State) { said++ }) || said != tt.said || m.asked != tt.asked {
					t.Errorf("said %d, asked %d times", said, m.asked)
				}
			})
		})
	}
}

// authority is a certificate whose key was thrown away.
const authority = `-----BEGIN CERTIFICATE-----
MIIBOjCB4aADAgECAgEBMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMTAXQwIBcNNzAw
MTAxMDAwMDAwWhgPMjEwNjAyMDcwNjI4MTZaMAwxCjAIBgNVBAMTAXQwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQGWY6uTwaELcUHd5KgUMqkgBKc9AIa3MSgQ4+H
stApbLjk16jwGI5C7FqRxgeWAxJT11N7HfN6c0+6Wd4F1xi/ozIwMDAPBgNVHRMB
Af8EBTADAQH/MB0GA1UdDgQWBBRKfLDyHThJYMI/sMCHsXsfptzNjzAKBggqhkjO
PQQDAgNIADBFAiEAwM1+j4Jm91w8lLbZ3/Rk6Hew2pPELNboF43sywHew1UCIFVF
2aG9Jo3MlFmb8H63J0ZtINdla/Gu0kzHUsrew3S3
-----END CERTIFICATE-----
`

func TestAMissingCAFileIsTriedAgain(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	synctest.Test(t, func(t *testing.T) {
		a := &Agent{Config: Config{Tokens: newMemory("a token")}}
		var said []client.State
		admitted := a.waitForToken(t.Context(), &client.Client{Explain: error.Error}, settings.Settings{Mart: "42", CA: ca}, new(enroller), func(s client.State) {
			said = append(said, s)
			if err := os.WriteFile(ca, []byte(authority), 0o600); err != nil {
				t.Error(err)
			}
		})
		if !admitted || len(said) != 1 || said[0].Name != ipc.Refused || said[0].Reason != "" || said[0].Detail == "" {
			t.Errorf("%v, said %+v", admitted, said)
		}
	})
}

func TestATokenStoreThatHangsHoldsUpNoOrder(t *testing.T) {
	server := openServer(t)
	a := running(t, "plays", "shows")
	m := a.memory()
	m.set(func() { m.hangs = make(chan struct{}) })
	a.onLoop(func() { a.saved(server.settings()) })
	a.placed(1001)
	until(t, a, "ringing", func(s ipc.Status) bool {
		return waiting("1001")(s) && s.Player.State == ipc.ChildRunning && s.Paired == ""
	})
	a.ack(t, "1001")
	until(t, a, "silent", func(s ipc.Status) bool { return waiting()(s) && s.State == ipc.Connecting })
	close(m.hangs)
	until(t, a, "connected", connectedTo("42"))
	server.got(t, ack{"1001", hostname(t)})
}

func TestALockedTokenStoreIsReportedAndAReloadTriesItAtOnce(t *testing.T) {
	server := openServer(t)
	a := running(t, "plays", "shows")
	m := a.memory()
	m.set(func() { m.locked = true })
	a.onLoop(func() { a.saved(server.settings()) })
	until(t, a, "told", refused(ipc.RefusedKeychain))
	m.set(func() { m.locked = false })
	a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoReload})
	until(t, a, "connected", connectedTo("42"))
}

// tokenOf returns an unsigned token of a device with this name.
func tokenOf(name string) string {
	issued := time.Now()
	claims, _ := json.Marshal(wire.Claims{Subject: "1", Name: name, Role: wire.RoleDevice,
		IssuedAt: issued.Unix(), Expires: issued.AddDate(1, 0, 0).Unix()})
	return "e30." + base64.RawURLEncoding.EncodeToString(claims) + ".e30"
}

func TestANewNameReachesTheServerAndTheRenewedTokenIsStored(t *testing.T) {
	server := openServer(t)
	a := running(t, "plays to the end", "shows")
	m, token := a.memory(), tokenOf(deviceName(settings.Settings{}))
	server.good[token] = true
	m.set(func() { m.first = token })
	a.onLoop(func() { a.saved(server.settings()) })
	until(t, a, "connected", connectedTo("42"))
	s := server.settings()
	s.Device = "주방"
	a.onLoop(func() { a.saved(s) })
	until(t, a, "renewed", func(s ipc.Status) (kept bool) {
		m.set(func() {
			c, err := wire.ReadClaims(m.tokens[server.URL+" 42"])
			kept = err == nil && c.Name == "주방"
		})
		return kept && s.Device == "주방" && connectedTo("42")(s)
	})
	if _, names := server.devices(); !slices.Equal(names, []string{"주방"}) {
		t.Errorf("the server got %q", names)
	}
}

func TestARenewedTokenThatCannotBeStoredIsReported(t *testing.T) {
	w, err := i18n.New("ko")
	if err != nil {
		t.Fatal(err)
	}
	m := newMemory("")
	m.broken = errors.New("full")
	a := &Agent{Config: Config{Tokens: m, Translator: w, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}}
	a.saveRenewedToken(t.Context(), settings.Settings{Server: "https://host", Mart: "42"}, "secret", func(f func()) { f() })
	if a.settingsNotice != w.Text("agent.token-not-kept", "Cause", "full") {
		t.Errorf("told %q", a.settingsNotice)
	}
}

func TestOnlySettingsOfTheConnectionConnectAgain(t *testing.T) {
	tests := []struct {
		name   string
		change func(*settings.Settings)
		want   bool
	}{
		{"nothing", func(*settings.Settings) {}, false},
		{"the volume", func(s *settings.Settings) { s.Volume = 1 }, false},
		{"the sound", func(s *settings.Settings) { s.Sound = "/bell.wav" }, false},
		{"the server", func(s *settings.Settings) { s.Server = "https://other" }, true},
		{"the mart", func(s *settings.Settings) { s.Mart = "43" }, true},
		{"the name of this PC", func(s *settings.Settings) { s.Device = "주방" }, true},
		{"the certificate authorities", func(s *settings.Settings) { s.CA = "/ca.pem" }, true},
		{"that http is allowed", func(s *settings.Settings) { s.Insecure = true }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := whole(settings.Settings{Server: "https://host", Mart: "42", Volume: 0.5})
			after := before
			tt.change(&after)
			if got := connectionSettings(before) != connectionSettings(after); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestAPairingThatEndsIsToldAWeekBefore(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	tests := []struct {
		name string
		ends time.Time
		told bool
	}{
		{"it is renewed", time.Time{}, false},
		{"in eight days", now.Add(8 * 24 * time.Hour), false},
		{"in six days", now.Add(6 * 24 * time.Hour), true},
		{"in a minute", now.Add(time.Minute), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &Agent{Config: Config{Translator: w, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}}
			a.pairingEndChanged(tt.ends)
			if text := a.pairingEndText(now); tt.told != strings.Contains(text, tt.ends.Local().Format("2006-01-02 15:04")) {
				t.Errorf("told %q", text)
			}
			for _, icon := range []string{ipc.Connected, ipc.IconWaiting} {
				if got := a.trayIcon(icon, now); (got == ipc.IconAttention) != tt.told {
					t.Errorf("the icon is %s", got)
				}
			}
			if got := a.trayIcon(ipc.Lost, now); got != ipc.Lost {
				t.Errorf("without a connection the icon is %s", got)
			}
		})
	}
}

func TestATokenThatIsNotRenewedGoesOnAndStatusSaysWhenItEnds(t *testing.T) {
	server := openServer(t)
	server.forbidsRenewals = true
	a := running(t, "plays to the end", "shows")
	m, token := a.memory(), tokenOf("another name") // which is a reason to renew it at once
	server.good[token] = true
	m.set(func() { m.first = token })
	a.onLoop(func() { a.saved(server.settings()) })
	claims, _ := wire.ReadClaims(token)
	until(t, a, "told", func(s ipc.Status) bool {
		return connectedTo("42")(s) && s.PairingEnds.Unix() == claims.Expires && s.Paired == "42"
	})
	a.placed(1001)
	until(t, a, "it still rings", waiting("1001"))
}
