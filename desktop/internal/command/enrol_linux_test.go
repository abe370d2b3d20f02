package command

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

const goodKey = "ABCDE-FGHJK-MNPQR-STUVW-XYZ23"

// enrolServer starts a server with one key that is good for mart 42. It counts what was asked, and refuses the token
// with the problem *refuses, if that is not empty.
func enrolServer(t *testing.T, refuses *string) (server *httptest.Server, enrolled *[]wire.EnrolRequest) {
	enrolled = new([]wire.EnrolRequest)
	say := func(w http.ResponseWriter, status int, kind string) {
		w.Header().Set("Content-Type", wire.ProblemType)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(wire.Problem{Type: kind, Detail: "no"})
	}
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case wire.OrdersPath("42"):
			if *refuses != "" {
				say(w, map[string]int{wire.ProblemToken: 401, wire.ProblemNotReady: 503}[*refuses], *refuses)
				return
			}
			_, _ = io.WriteString(w, `{"events":[],"last":"","more":false}`)
		case wire.EnrolPath:
			var asked wire.EnrolRequest
			_ = json.NewDecoder(r.Body).Decode(&asked)
			if *enrolled = append(*enrolled, asked); asked.Key != goodKey || asked.MartID != "" && asked.MartID != "42" {
				say(w, http.StatusForbidden, wire.ProblemEnrol)
				return
			}
			_ = json.NewEncoder(w).Encode(wire.Paired{Token: "enrolled", Device: "1", MartID: "42", MartName: "강남점"})
		}
	}))
	t.Cleanup(server.Close)
	return server, enrolled
}

func TestPairByAnEnrolmentKeyNeedsNoMartAndLeavesAPairedPCAsItIs(t *testing.T) {
	refuses := ""
	file := newHome(t)
	server, enrolled := enrolServer(t, &refuses)
	if err := settings.Save(file, whole(settings.Settings{Server: "https://old.example", Mart: "7", Device: "카운터", Volume: 0.3})); err != nil {
		t.Fatal(err)
	}
	code, out, errs := run("pair", "--server", server.URL, "--enrol", goodKey)
	if code != done || !strings.Contains(out, "강남점(매장 42)") {
		t.Fatalf("%d, %s, %s", code, out, errs)
	}
	want := whole(settings.Settings{Server: server.URL, Mart: "42", Device: "카운터", Volume: 0.3})
	want.MartName = settings.MartName{Mart: "42", Name: "강남점"}
	if s, err := settings.Load(file); err != nil || s != want {
		t.Errorf("stored %+v, %v", s, err)
	}
	if token, err := (program{}).tokenStore(file).Token(t.Context(), server.URL, "42"); err != nil || token != "enrolled" {
		t.Errorf("kept %q, %v", token, err)
	}
	t.Setenv("JUMUN_ENROL", goodKey) // a script runs it again at each login
	if code, out, errs := run("pair"); code != done || !strings.Contains(out, "이미 매장 42") || len(*enrolled) != 1 {
		t.Errorf("again: %d, %s, %s; asked %+v", code, out, errs, *enrolled)
	}
	refuses = wire.ProblemNotReady // nobody knows
	if code, _, errs := run("pair"); code != failed || !strings.Contains(errs, "준비되지") || len(*enrolled) != 1 {
		t.Errorf("a server that is not ready: %d, %s; asked %+v", code, errs, *enrolled)
	}
	refuses = wire.ProblemToken // its token is no good any more
	if code, _, errs := run("pair"); code != done || len(*enrolled) != 2 {
		t.Errorf("without a good token: %d, %s; asked %+v", code, errs, *enrolled)
	}
	if (*enrolled)[0].Request == (*enrolled)[1].Request || (*enrolled)[0].Request == "" {
		t.Errorf("asked %+v", *enrolled)
	}
}

func TestAFailedPairByAnEnrolmentKeyPrintsWhyAndStoresNothing(t *testing.T) {
	refuses := ""
	file := newHome(t)
	server, enrolled := enrolServer(t, &refuses)
	tests := []struct {
		name string
		args []string
		text string
	}{
		{"another key", []string{"--enrol", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"}, "등록 키"},
		{"no key at all", []string{"--enrol", "ABCD-EFGH"}, "등록 키"},
		{"another mart", []string{"--enrol", goodKey, "--mart", "43"}, "등록 키"},
	}
	for _, tt := range tests {
		code, out, errs := run(append([]string{"pair", "--server", server.URL}, tt.args...)...)
		if s, err := settings.Load(file); code != failed || out != "" || !strings.Contains(errs, tt.text) || err != nil || s.Mart != "" {
			t.Errorf("%s: %d, %q, %q; stored %+v", tt.name, code, out, errs, s)
		}
	}
	if len(*enrolled) != 2 { // what is no key is not sent: it would count as a guess
		t.Errorf("asked %+v", *enrolled)
	}
	if code, _, errs := run("pair", "--enrol", goodKey); code != failed || !strings.Contains(errs, "서버") {
		t.Errorf("no server: %d %s", code, errs)
	}
}

func TestPairByAnEnrolmentKeyAsksWhileOrdersRing(t *testing.T) {
	refuses := ""
	newHome(t)
	server, enrolled := enrolServer(t, &refuses)
	_ = fakeAgent(t, ipc.Reply{Status: &ipc.Status{Mart: "7", Orders: 3}})
	if code, _, errs := run("pair", "--server", server.URL, "--enrol", goodKey); code != failed || !strings.Contains(errs, "매장 7의 주문 3건") || len(*enrolled) != 0 {
		t.Errorf("%d, %s; asked %+v", code, errs, *enrolled)
	}
}
