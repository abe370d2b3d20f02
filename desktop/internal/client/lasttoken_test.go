package client

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

// ends collects what is told of the end of the token.
type ends struct {
	mu   sync.Mutex
	told []time.Time
}

func (e *ends) tell(at time.Time) { e.mu.Lock(); e.told = append(e.told, at); e.mu.Unlock() }

func (e *ends) want(t *testing.T, want ...time.Time) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.told) != len(want) {
		t.Fatalf("told %v, want %v", e.told, want)
	}
	for i := range want {
		if !e.told[i].Equal(want[i]) {
			t.Errorf("told %v, want %v", e.told, want)
		}
	}
}

// limited is a device's token from now on, whose line ends after until.
func limited(life, until time.Duration) string {
	now := time.Now()
	return signed(wire.Claims{Subject: "pc-1", Role: wire.RoleDevice, IssuedAt: now.Unix(), Expires: now.Add(life).Unix(), Renew: now.Add(until).Unix()})
}

func TestATokenThatTheServerDoesNotRenewIsToldAndUsedToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e ends
		at := time.Now().Add(8 * day)
		s := open(t, renewing(refusal(http.StatusForbidden, wire.ProblemForbidden, "not this one")), func(f *Client) {
			quiet(f)
			f.Device, f.Token, f.Ends = "카운터", issued("카운터", 8*day), e.tell
			f.Renewed = func(string) { t.Error("a token came of it") }
		})
		s.wantConnected(t, 3*day)
		e.want(t)
		s.wantConnected(t, 4*day)
		e.want(t, at)
		if n := len(s.renewals()); n < 2 || n > 4 {
			t.Errorf("it was asked for %d times in three days", n)
		}
		s.wantStreams(t, 1)
	})
}

func TestATokenThatIsRenewedAfterAllEndsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e ends
		at, upgraded := time.Now().Add(8*day), time.Now().Add(5*day+12*time.Hour)
		give := gives(func() string { return issued("카운터", 8*day) })
		s := open(t, renewing(func(w http.ResponseWriter, r *http.Request) {
			if time.Now().Before(upgraded) {
				refusal(http.StatusForbidden, wire.ProblemForbidden, "not this one")(w, r)
				return
			}
			give(w, r)
		}), func(f *Client) { quiet(f); f.Device, f.Token, f.Ends = "카운터", issued("카운터", 8*day), e.tell })
		s.wantConnected(t, 7*day)
		e.want(t, at, time.Time{})
	})
}

func TestTheEndOfATokenIsToldWithoutAskingIfItSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e ends
		at := time.Now().Add(8 * day)
		s := open(t, renewing(status(500)), func(f *Client) { quiet(f); f.Token, f.Ends = limited(8*day, 8*day), e.tell })
		s.wantConnected(t, 7*day)
		e.want(t, at)
		s.wantRequests(t, 1, 1)
	})
}

func TestARenewalThatFailsIsToldBeforeTheTokenEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e ends
		at := time.Now().Add(10 * day)
		s := open(t, renewing(status(503)), func(f *Client) {
			quiet(f)
			f.Device, f.Token, f.Ends = "카운터", issued("카운터", 10*day), e.tell
		})
		s.wantConnected(t, 7*day)
		e.want(t)
		s.wantConnected(t, 2*day)
		e.want(t, at)
	})
}

// asking asks for a renewal with each stream and each poll, while ask returns true.
func asking(ask func() bool, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !renews(r) && ask() {
			w.Header().Set(wire.RenewHeader, "1")
		}
		next(w, r)
	}
}

func TestATokenIsRenewedOnceWhenTheServerAsksForIt(t *testing.T) {
	always := func() bool { return true }
	polls := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == wire.EventsPath("42") {
			stay(r) // streams are swallowed
			return
		}
		answer(w, `{"events":[],"last":"0-0","more":false}`)
	}
	streams := func(w http.ResponseWriter, r *http.Request) { say(w, hello); stay(r) }
	for name, handler := range map[string]http.HandlerFunc{"by a stream": streams, "by each of many polls": polls} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				give := gives(func() string { return issued("카운터", 80*day) })
				began := time.Now()
				s := open(t, asking(always, func(w http.ResponseWriter, r *http.Request) {
					if renews(r) {
						give(w, r)
						return
					}
					handler(w, r)
				}), func(f *Client) { quiet(f); f.Device, f.Token = "카운터", issued("카운터", 80*day) })
				s.now(renewSoon + wire.RenewSoon + time.Minute)
				at := s.renewals()
				if len(at) != 1 || at[0].Sub(began) > renewSoon+wire.RenewSoon+time.Minute {
					t.Fatalf("renewed at %v, from %v on", at, began)
				}
				s.now(3 * time.Hour)
				at = s.renewals()
				for i := 1; i < len(at); i++ {
					if gap := at[i].Sub(at[i-1]); gap < time.Hour {
						t.Errorf("again after %v", gap)
					}
				}
			})
		})
	}
}

func TestRenewalsThatAServerAsksForAreSpread(t *testing.T) {
	for _, random := range []float64{0, 0.5, almostOne} {
		now := time.Unix(1_722_000_000, 0)
		w := &renewer{due: now.Add(day)}
		w.renewWhenAsked(now, random)
		w.renewWhenAsked(now, 0) // it asks with every answer
		if want := time.Duration(random * float64(wire.RenewSoon)); w.due.Sub(now) != want {
			t.Errorf("renewed after %v, want %v", w.due.Sub(now), want)
		}
		w = &renewer{triedAt: now.Add(-59 * time.Minute), due: now.Add(day)}
		if w.renewWhenAsked(now, random); w.due.Sub(now) != day {
			t.Errorf("again within the hour, after %v", w.due.Sub(now))
		}
	}
}

func TestARenewedTokenFromTheFutureIsNoError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ahead := func() string {
			at := time.Now().Add(5 * time.Second)
			return signed(wire.Claims{Subject: "pc-1", Name: "주방", Role: wire.RoleDevice, IssuedAt: at.Unix(), Expires: at.Add(8 * day).Unix()})
		}
		var e ends
		s := open(t, renewing(gives(ahead)), func(f *Client) { quiet(f); f.Device, f.Token, f.Ends = "주방", issued("카운터", 8*day), e.tell })
		s.wantConnected(t, 3*day)
		if now := s.now(time.Second); now != (State{Name: ipc.Connected}) || len(s.renewals()) != 1 {
			t.Errorf("%+v, %d renewals", now, len(s.renewals()))
		}
		e.want(t)
	})
}
