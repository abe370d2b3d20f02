package client

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

var request = wire.PairRequest{MartID: "42", Code: "ABCDEFGH", Device: "카운터"}

func TestPairAsksOnceAndReturnsTheToken(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type")+r.Header.Get("Authorization")+" "+string(body))
		answer(w, `{"token":"a.b.c","deviceId":"pc-1","martName":" 강남\n점","expires":"2024-07-27T20:00:00Z","festival":1}`)
	}))
	defer server.Close()
	got, err := Pair(t.Context(), server.URL+"/", nil, request)
	want := wire.Paired{Token: "a.b.c", Device: "pc-1", MartName: "강남 점", Expires: time.Date(2024, 7, 27, 20, 0, 0, 0, time.UTC)}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if want := `POST /v1/pair application/json {"martId":"42","code":"ABCDEFGH","device":"카운터"}`; len(asked) != 1 || asked[0] != want {
		t.Errorf("asked %q, want %q", asked, want)
	}
}

func TestWhatAPersonReadsWhenPairingFails(t *testing.T) {
	later := func(seconds string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", seconds)
			refusal(429, wire.ProblemTooMany, "slower")(w, r)
		}
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   string // in the error
		code   bool
		wait   time.Duration // negative: not a TooManyError
	}{
		{"a wrong code", refusal(403, wire.ProblemCode, "no"), ErrCode.Error(), true, -1},
		{"a proxy that forbids it", status(403), "403", false, -1},
		{"too many", later("30"), "wait for 30s", false, 30 * time.Second},
		{"too many, for who knows how long", status(429), "too many attempts", false, 0},
		{"a server that is ill, in its words", refusal(503, wire.ProblemNotReady, "no Redis / 쉬는 중"), "no Redis / 쉬는 중", false, -1},
		{"a server without this path", status(404), "404", false, -1},
		{"the login page of a network", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!DOCTYPE html>") }, errNotServer.Error(), false, -1},
		{"a redirect to that page", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != wire.PairPath {
				t.Error("the redirect was followed")
			}
			http.Redirect(w, r, "/login", http.StatusTemporaryRedirect)
		}, errRedirected.Error(), false, -1},
		{"an answer without a token", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"deviceId":"pc-1"}`) }, errNoToken.Error(), false, -1},
		{"a token that no header can hold", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"token":"a\nb"}`) }, errNoToken.Error(), false, -1},
		{"an answer that never ends", endlessly, errTooLong.Error(), false, -1},
		{"other JSON", func(w http.ResponseWriter, _ *http.Request) { answer(w, `[]`) }, errNotServer.Error(), false, -1},
		{"a cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF", false, -1},
		{"a cut in the middle", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			answer(w, `{"token":"a.b.c"`)
		}, errBroke.Error(), false, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			got, err := Pair(t.Context(), server.URL, nil, request)
			if err == nil || got != (wire.Paired{}) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%+v, %v; want %q in it", got, err, tt.want)
			}
			if errors.Is(err, ErrCode) != tt.code {
				t.Errorf("of the code: %v", !tt.code)
			}
			var many *TooManyError
			if errors.As(err, &many) != (tt.wait >= 0) || (many != nil && many.Wait != tt.wait) {
				t.Errorf("%#v, want to wait %v", err, tt.wait)
			}
		})
	}
}

func TestPairRefusesWhatMakesNoAddress(t *testing.T) {
	if _, err := Pair(t.Context(), "host", nil, request); err == nil {
		t.Error("a server that is none")
	}
	if _, err := Pair(t.Context(), "http://host", nil, wire.PairRequest{MartID: "4 2"}); !errors.Is(err, order.ErrMalformed) {
		t.Errorf("a mart that is none: %v", err)
	}
}

func TestPairGivesUpAfterAWhile(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) {
		answer(w, `{"token":`)
		_ = http.NewResponseController(w).Flush()
		stay(r)
	}
	for name, server := range map[string]http.HandlerFunc{"no answer": hang, "one that stops in the middle": slow} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.ReadAll(r.Body)
					server(w, r)
				}, nil)
				began := time.Now()
				_, err := Pair(t.Context(), s.Server, s.HTTP, request)
				if !errors.Is(err, errNoAnswer) || time.Since(began) != requestLimit {
					t.Errorf("after %v: %v", time.Since(began), err)
				}
			})
		})
	}
}

func TestTheLongestTokenFitsInAnAnswer(t *testing.T) {
	want := strings.Repeat("a", wire.MaxToken)
	if got, err := parsePaired([]byte(`{"token":"` + want + `","deviceId":"pc-1"}`)); err != nil || got.Token != want {
		t.Errorf("%d bytes, %v", len(got.Token), err)
	}
}

func FuzzPaired(f *testing.F) {
	f.Add([]byte(`{"token":"a.b.c","deviceId":"pc-1","martName":"강남점","expires":"2024-07-27T20:00:00Z"}`))
	f.Add([]byte(`{"token":"a\nb","deviceId":"\u0000","martName":7}`))
	f.Add([]byte(`{"token":"","expires":"soon"}`))
	f.Add([]byte(`null`))
	f.Add([]byte(strings.Repeat(" ", wire.MaxPairing) + `{"token":"a"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := parsePaired(body)
		if err != nil {
			if p != (wire.Paired{}) {
				t.Fatalf("%+v beside %v", p, err)
			}
			return
		}
		if !visible(p.Token) || len(p.Token) > wire.MaxToken || !json.Valid(body) {
			t.Fatalf("token %q", p.Token)
		}
		if p.MartName != order.Line(p.MartName, order.MaxName) || p.Device != line(p.Device) {
			t.Fatalf("not to be shown: %+v", p)
		}
	})
}
