package pairing

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestADevicePairsWithACode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newFakeRedis()
		p := o.handler()
		typed := strings.ToLower(strings.ReplaceAll(code(t, p, "42"), "-", " "))
		w := ask(p.Pair, "POST", wire.PairPath, request("42", typed, " 카운터\n"))
		got := answerOf(t, w)
		claims, err := wire.ReadClaims(got.Token)
		now := time.Now().Unix()
		want := wire.Claims{Subject: got.Device, Name: "카운터", Role: wire.RoleDevice, Marts: []order.MartID{"42"}, IssuedAt: now, Expires: now + int64(life.Seconds()), Renew: wire.Forever}
		if err != nil || !reflect.DeepEqual(claims, want) {
			t.Errorf("the token says %+v, %v; want %+v", claims, err, want)
		}
		if got.MartName != "강남점" || !got.Expires.Equal(time.Unix(want.Expires, 0)) || len(got.Device) < len("device-")+16 {
			t.Errorf("got %+v", got)
		}
		device := wire.Device{ID: got.Device, Name: "카운터", MartID: "42", PairedAt: time.Unix(now, 0).UTC(), Key: "k2", EndsAt: time.Unix(want.Expires, 0).UTC()}
		if !slices.Equal(o.devices["42"], []wire.Device{device}) {
			t.Errorf("enrolled %+v", o.devices)
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Set-Cookie") != "" || o.counted[Paired] != 1 {
			t.Errorf("headers %v, counted %v", w.Header(), o.counted)
		}
		if strings.Contains(o.log.String(), got.Token) || strings.Contains(strings.ToLower(o.log.String()), typed) {
			t.Errorf("the log has a secret: %s", o.log.String())
		}
	})
}

func TestABrowserGetsItsTokenOnlyInTheCookie(t *testing.T) {
	p := newFakeRedis().handler()
	body := strings.Replace(request("42", code(t, p, "42"), "카운터"), "{", `{"cookie":true,`, 1)
	w := ask(p.Pair, "POST", wire.PairPath, body)
	if got := answerOf(t, w); got.Token != "" || got.Device == "" {
		t.Errorf("the answer is %s", w.Body)
	}
	checkCookie(t, w.Header())
}

func checkCookie(t *testing.T, h http.Header) {
	t.Helper()
	value, attributes, _ := strings.Cut(h.Get("Set-Cookie"), "; ")
	if want := fmt.Sprintf("Path=/; Max-Age=%d; HttpOnly; Secure; SameSite=Strict", int(life.Seconds())); attributes != want {
		t.Errorf("the cookie has %q, want %q", attributes, want)
	}
	if _, err := wire.ReadClaims(strings.TrimPrefix(value, wire.CookieName+"=")); err != nil {
		t.Errorf("the cookie has no token: %v", err)
	}
}

// The kinds of wrong codes must not be told apart.
func TestEveryWrongCodeGetsTheSameAnswer(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	used, good := code(t, p, "42"), code(t, p, "42")
	answerOf(t, ask(p.Pair, "POST", wire.PairPath, request("42", used, "카운터")))
	expired := code(t, p, "43")
	clear(o.kept) // Redis forgets expired codes
	kept := code(t, p, "42")
	tests := []struct{ name, mart, code string }{
		{"a wrong code", "42", "ABCD-EFGH"},
		{"a mart that does not exist", "nowhere", "ABCD-EFGH"},
		{"a used code", "42", used},
		{"an expired code", "43", expired},
		{"a code of another mart", "43", kept},
		{"no code at all", "42", ""},
		{"letters that no code has", "42", "OOOO-1111"},
		{"four thousand letters", "42", strings.Repeat("A", 4000)},
		{"all marts", "*", good},
	}
	var first string
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked := o.redeems
			w := ask(p.Pair, "POST", wire.PairPath, request(tt.mart, tt.code, "카운터"), from(fmt.Sprintf("192.0.2.%d", i)))
			got := fmt.Sprint(w.Code, w.Header(), w.Body)
			if first == "" {
				first = got
			}
			if w.Code != http.StatusForbidden || !strings.Contains(got, wire.ProblemCode) || got != first {
				t.Errorf("answered %s\nbefore it was %s", got, first)
			}
			if o.redeems != asked+1 {
				t.Error("Redis was not asked: the time it takes would tell")
			}
		})
	}
	if o.counted[Wrong] != len(tests) {
		t.Errorf("counted %v", o.counted)
	}
	answerOf(t, ask(p.Pair, "POST", wire.PairPath, request("42", kept, "카운터")))
}

func TestAMalformedRequestIsNotAnAttempt(t *testing.T) {
	tests := []struct {
		name, method, body string
		status             int
		want               string
	}{
		{"another method", "GET", "", 405, wire.ProblemMethod},
		{"an empty body", "POST", "", 400, wire.ProblemMalformed},
		{"not JSON", "POST", "martId=42", 400, wire.ProblemMalformed},
		{"no mart", "POST", `{"code":"ABCD-EFGH","device":"x"}`, 400, wire.ProblemMalformed},
		{"a mart with a space", "POST", request("4 2", "ABCD-EFGH", "x"), 400, wire.ProblemMalformed},
		{"no name", "POST", request("42", "ABCD-EFGH", " "), 400, wire.ProblemMalformed},
		{"a body too long", "POST", request("42", "ABCD-EFGH", strings.Repeat("x", wire.MaxPairing)), 413, wire.ProblemTooLarge},
	}
	o := newFakeRedis()
	p := o.handler()
	for range 50 { // none of them counts as a failure
		for _, tt := range tests {
			w := ask(p.Pair, tt.method, wire.PairPath, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) || w.Header().Get("Cache-Control") != "no-store" {
				t.Fatalf("%s: %d %s", tt.name, w.Code, w.Body)
			}
		}
	}
	if o.redeems != 0 || o.counted[Throttled] != 0 {
		t.Errorf("Redis was asked %d times, counted %v", o.redeems, o.counted)
	}
}

func TestOneOfFiftyAtOnceRedeemsACode(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	body := request("42", code(t, p, "42"), "카운터")
	answers := make([]int, 50)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			answers[i] = ask(p.Pair, "POST", wire.PairPath, body, from(fmt.Sprintf("192.0.2.%d", i))).Code
		})
	}
	wg.Wait()
	slices.Sort(answers)
	if answers[0] != http.StatusOK || answers[1] != http.StatusForbidden || answers[49] != http.StatusForbidden || len(o.devices["42"]) != 1 {
		t.Errorf("answered %v, and enrolled %v", answers, o.devices)
	}
}

func TestAttemptsDoNotCountWhileRedisIsAway(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	body := request("42", code(t, p, "42"), "카운터")
	o.away = true
	for range 2 * ownBackoff.Free {
		w := ask(p.Pair, "POST", wire.PairPath, body)
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), wire.ProblemNotReady) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if lines := strings.Count(o.log.String(), "level=WARN"); lines != 3 {
		t.Errorf("%d lines in the log, want three: %s", lines, o.log.String())
	}
	o.away = false
	answerOf(t, ask(p.Pair, "POST", wire.PairPath, body))
}

func TestAFailureToSignUsesUpNoCodeAndTellsNothingToWhoGuesses(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	body := request("42", code(t, p, "42"), "카운터")
	o.keyless = true
	for range 2 * ownBackoff.Free {
		if w := ask(p.Pair, "POST", wire.PairPath, body); w.Code != http.StatusServiceUnavailable || len(o.devices) != 0 {
			t.Fatalf("%d %s, enrolled %v", w.Code, w.Body, o.devices)
		}
	}
	if w := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x")); w.Code != http.StatusForbidden {
		t.Errorf("a wrong code: %d %s", w.Code, w.Body)
	}
	if !strings.Contains(o.log.String(), "no key signs this") {
		t.Errorf("the log says %s", o.log.String())
	}
	o.keyless = false
	answerOf(t, ask(p.Pair, "POST", wire.PairPath, body))
}

func TestACodeThatWasUsedUpInVainIsLogged(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	o.full = true
	w := ask(p.Pair, "POST", wire.PairPath, request("42", code(t, p, "42"), "카운터"))
	if w.Code != http.StatusServiceUnavailable || o.counted[Failed] != 1 || len(o.devices) != 0 {
		t.Errorf("%d %s, counted %v, enrolled %v", w.Code, w.Body, o.counted, o.devices)
	}
	if !strings.Contains(o.log.String(), "level=ERROR") || !strings.Contains(o.log.String(), "used up") {
		t.Errorf("the log says %s", o.log.String())
	}
}
