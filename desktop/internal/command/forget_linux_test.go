package command

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/settings"
)

func TestAPCThatIsGivenAwayKeepsNoToken(t *testing.T) {
	file, server := newHome(t), pairingServer(t)
	if code, _, errs := run("pair", "--server", server.URL, "--mart", "42", "--code", "ABCDEFGH"); code != done {
		t.Fatal(errs)
	}
	old := program{log: slog.New(slog.DiscardHandler)}.tokenStore(file)
	if err := old.Save(t.Context(), "https://old.example", "7", "token-of-7"); err != nil { // of the shop before
		t.Fatal(err)
	}
	s, err := settings.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	s.Enrol = "ABCDE-FGHJK-MNPQR-STVWX-YZ234"
	if err := settings.Save(file, s); err != nil {
		t.Fatal(err)
	}
	journal := filepath.Join(filepath.Dir(file), ordersName)
	if err := os.WriteFile(journal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := run("forget", "--keep-history"); code != done {
		t.Error(errs)
	}
	if _, err := os.Stat(journal); err != nil {
		t.Errorf("the history that was to be kept: %v", err)
	}
	if code, out, errs := run("forget"); code != done || !strings.Contains(out, "지웠습니다") {
		t.Errorf("%d, %s, %s", code, out, errs)
	}
	s, err = settings.Load(file)
	if err != nil || s.Mart != "" || s.Enrol != "" || s.Login || s.Server != server.URL {
		t.Errorf("%+v, %v", s, err)
	}
	if token, err := (program{}).tokenStore(file).Token(t.Context(), server.URL, "42"); token != "" || !errors.Is(err, settings.ErrNoToken) {
		t.Errorf("kept %q, %v", token, err)
	}
	if token, err := old.Token(t.Context(), "https://old.example", "7"); token != "" || !errors.Is(err, settings.ErrNoToken) {
		t.Errorf("kept %q, %v", token, err)
	}
	if _, err := os.Stat(journal); !os.IsNotExist(err) {
		t.Errorf("the history: %v", err)
	}
	if starts, err := platform.Autostart(); starts || err != nil {
		t.Errorf("it starts at login: %v, %v", starts, err)
	}
	if code, _, errs := run("forget"); code != done {
		t.Errorf("again: %s", errs)
	}
}

func TestDamagedSettingsAreForgottenToo(t *testing.T) {
	file, server := newHome(t), pairingServer(t)
	if code, _, errs := run("pair", "--server", server.URL, "--mart", "42", "--code", "ABCDEFGH"); code != done {
		t.Fatal(errs)
	}
	if err := os.WriteFile(file, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := run("forget"); code != done {
		t.Error(errs)
	}
	if token, err := (program{}).tokenStore(file).Token(t.Context(), server.URL, "42"); token != "" || !errors.Is(err, settings.ErrNoToken) {
		t.Errorf("kept %q, %v", token, err)
	}
	if _, err := os.Stat(file + ".bad"); !os.IsNotExist(err) {
		t.Errorf("the damaged file: %v", err)
	}
}

func TestARunningJumunIsNotForgotten(t *testing.T) {
	newHome(t)
	at, err := (program{}).place()
	if err != nil {
		t.Fatal(err)
	}
	one, err := instance.Start(at)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- one.Serve(ctx, func(context.Context, ipc.Command) ipc.Reply { return ipc.Reply{Status: &ipc.Status{}} })
	}()
	if code, _, errs := run("forget"); code != failed || !strings.Contains(errs, "jumun quit") {
		t.Errorf("%d, %s", code, errs)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
