package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A shop is a Redis with devices, and revokes.
type shop struct {
	t     *testing.T
	redis string
}

func newShop(t *testing.T, ids ...string) shop {
	s := shop{t, redistest.Start(t).URL()}
	registry, err := redisFlag{Redis: s.redis}.openDevices()
	if err != nil {
		t.Fatal(err)
	}
	defer registry.Close()
	for _, id := range ids {
		if err := registry.Enrol(t.Context(), wire.Device{ID: id, Name: "카운터", MartID: "42", PairedAt: time.Now().Add(-time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// valid are the devices of mart 42 that are not revoked.
func (s shop) valid() (ids []string) {
	s.t.Helper()
	registry, err := redisFlag{Redis: s.redis}.openDevices()
	if err != nil {
		s.t.Fatal(err)
	}
	defer registry.Close()
	list, err := registry.Devices(s.t.Context(), "42")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range list {
		if d.RevokedAt.IsZero() {
			ids = append(ids, d.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// revoke runs the command as a person at a terminal who answers so.
func (s shop) revoke(answer string, c revokeCommand) (stdout, stderr string, err error) {
	var out, said strings.Builder
	c.remote = remote{redisFlag: redisFlag{Redis: s.redis}}
	err = c.Run(s.t.Context(), environment{stdin: strings.NewReader(answer), interactive: true, stdout: &out, stderr: &said, language: english})
	return out.String(), said.String(), err
}

func TestAPersonIsToldWhatARevocationEndsAndAsked(t *testing.T) {
	mart := revokeCommand{Mart: "42"}
	tests := []struct {
		name, answer string
		command      revokeCommand
		asked, done  bool
	}{
		{"yes", "y\n", mart, true, true},
		{"yes in another way", " YES \n", mart, true, true},
		{"no", "n\n", mart, true, false},
		{"only the Enter key", "\n", mart, true, false},
		{"the input ends", "", mart, true, false},
		{"--yes", "", revokeCommand{Mart: "42", Yes: true}, false, true},
		{"--dry-run", "y\n", revokeCommand{Mart: "42", DryRun: true}, false, false},
		{"--json", "", revokeCommand{Mart: "42", JSON: true}, false, true},
		{"--json --dry-run", "", revokeCommand{Mart: "42", JSON: true, DryRun: true}, false, false},
		{"every mart", "n\n", revokeCommand{Mart: "*"}, true, false},
		{"a key", "n\n", revokeCommand{Key: "k1"}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(t, "pc-1", "pc-2")
			_, said, err := s.revoke(tt.answer, tt.command)
			if refused := tt.asked && !tt.done; refused != (err != nil) || strings.Contains(said, "[y/N]") != tt.asked {
				t.Errorf("said %q, %v", said, err)
			}
			if done := len(s.valid()) == 0; done != tt.done {
				t.Errorf("done: %v", done)
			}
			if tt.command.Mart == "42" && !tt.command.JSON && !strings.Contains(said, "this ends every device of mart 42, of which 2 are known: 카운터 (pc-1); 카운터 (pc-2); tokens of order services") {
				t.Errorf("said %q", said)
			}
		})
	}
}

func TestOneDeviceIsRevokedWithoutAQuestion(t *testing.T) {
	s := newShop(t, "pc-1", "pc-2")
	out, said, err := s.revoke("", revokeCommand{Device: "pc-1"})
	if err != nil || out != "revoked; 0 connected devices were cut off\n" || !strings.Contains(said, "every token of pc-1: 카운터, mart 42") || fmt.Sprint(s.valid()) != "[pc-2]" {
		t.Errorf("%q, %q, %v, valid %v", out, said, err, s.valid())
	}
}

func TestWhatIsNotKnownIsNotRevokedUnlessForced(t *testing.T) {
	s := newShop(t, "pc-1")
	for _, c := range []revokeCommand{{Device: "pc-2"}, {Device: "pc-2", DryRun: true}, {Device: "pc-1", Mart: "43"}, {Device: "shop/pc-1"}} {
		out, _, err := s.revoke("", c)
		if err == nil || out != "" || !strings.Contains(err.Error(), "nothing was revoked: "+c.Device+" is not known") || !strings.Contains(err.Error(), "--force") {
			t.Errorf("%+v: %q, %v", c, out, err)
		}
	}
	if list, _, err := s.revoke("", revokeCommand{List: true, JSON: true}); err != nil || list != "{\"revocations\":[]}\n" {
		t.Errorf("revoked: %s, %v", list, err)
	}
	if out, _, err := s.revoke("", revokeCommand{Device: "pc-2", Force: true}); err != nil || out != "revoked\n" {
		t.Errorf("forced: %q, %v", out, err)
	}
}

func TestRevocationsAreListedUndoneAndApplied(t *testing.T) {
	s := newShop(t, "pc-1", "pc-2")
	for _, c := range []revokeCommand{{Device: "pc-1"}, {Device: "pc-2", Mart: "42"}, {Key: "k1", Yes: true}, {Mart: "43", Yes: true}} {
		if _, _, err := s.revoke("", c); err != nil {
			t.Fatal(err)
		}
	}
	if out, _, err := s.revoke("", revokeCommand{Undo: true, Device: "pc-1"}); err != nil || !strings.Contains(out, "taken back") {
		t.Errorf("undone: %q, %v", out, err)
	}
	if _, _, err := s.revoke("", revokeCommand{Undo: true, Device: "pc-9"}); err == nil || !strings.Contains(err.Error(), "not revoked") {
		t.Errorf("undone what is not revoked: %v", err)
	}
	if got := fmt.Sprint(s.valid()); got != "[pc-1]" {
		t.Errorf("valid are %s", got)
	}
	list, _, err := s.revoke("", revokeCommand{List: true})
	for _, line := range []string{"  pc-2 at mart 42\n", "  key k1\n", "  the devices of mart 43\n"} {
		if err != nil || strings.Count(list, line) != 1 || strings.Contains(list, "pc-1") {
			t.Errorf("the list lacks %q: %s, %v", line, list, err)
		}
	}
	saved, _, err := s.revoke("", revokeCommand{List: true, JSON: true})
	file := filepath.Join(t.TempDir(), "revoked.json")
	if err = errors.Join(err, os.WriteFile(file, []byte(saved), 0o600)); err != nil {
		t.Fatal(err)
	}
	restored := newShop(t, "pc-1", "pc-2")
	if _, _, err := restored.revoke("", revokeCommand{Apply: file}); err != nil {
		t.Error(err)
	}
	again, _, err := restored.revoke("", revokeCommand{List: true, JSON: true})
	if err != nil || again != saved || fmt.Sprint(restored.valid()) != "[pc-1]" {
		t.Errorf("saved %s\nafter applying it %s, valid %v", saved, again, restored.valid())
	}
	for _, wrong := range []string{"", "{}", `{"revocations":[{"device":"a","key":"b"}]}`} {
		_ = os.WriteFile(file, []byte(wrong), 0o600)
		if _, _, err := restored.revoke("", revokeCommand{Apply: file}); err == nil {
			t.Errorf("applied %q", wrong)
		}
	}
}

func TestAScriptReadsWhatARevocationEnds(t *testing.T) {
	s := newShop(t, "pc-1", "pc-2")
	if _, _, err := s.revoke("", revokeCommand{Device: "pc-1"}); err != nil {
		t.Fatal(err)
	}
	for _, dryRun := range []bool{true, false} {
		out, said, err := s.revoke("", revokeCommand{Mart: "42", JSON: true, DryRun: dryRun})
		var got struct {
			Revocation wire.Revocation
			Devices    []wire.Device
			DryRun     bool
		}
		if err != nil || said != "" || json.Unmarshal([]byte(out), &got) != nil {
			t.Fatalf("%q, %q, %v", out, said, err)
		}
		if len(got.Devices) != 1 || got.Devices[0].ID != "pc-2" || got.Revocation.MartID != "42" || got.DryRun != dryRun {
			t.Errorf("got %+v", got)
		}
	}
}

func TestManyDevicesAreCountedAndNotAllNamed(t *testing.T) {
	var list []wire.Device
	for i := range 1000 {
		list = append(list, wire.Device{ID: fmt.Sprint("pc-", i), Name: "x"})
	}
	c := revokeCommand{Mart: order.MartID("42")}
	if got := c.ends(english, list, -1); !strings.Contains(got, "of which 1000 are known") || !strings.Contains(got, "…") || len(got) > 1000 {
		t.Errorf("says %q", got)
	}
	if got := c.ends(korean, nil, -1); got != "매장 42의 모든 기기가 해제됩니다. 등록된 기기 0대. 주문 서비스와 관리자의 토큰은 그대로입니다" {
		t.Errorf("says %q", got)
	}
}

func TestNobodySitsAtAPipeOrTheNullDevice(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if isTerminal(null) || isTerminal(r) || isTerminal(strings.NewReader("y\n")) {
		t.Error("a person is waited for who is not there")
	}
}
