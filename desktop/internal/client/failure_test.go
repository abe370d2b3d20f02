package client

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

func TestAnswersThatAreNoStream(t *testing.T) {
	const own = "a refusal of the server" // which only a person can change
	tests := []struct {
		name   string
		answer http.HandlerFunc
		state  string
		detail string // must be in it
	}{
		{"a server that restarts", status(503), ipc.Connecting, "503"},
		{"a wrong path", status(404), ipc.Connecting, "404"},
		{"a broken server", status(500), ipc.Connecting, "500"},
		{"too many", status(429), ipc.Connecting, "429"},
		{"an unknown device", refusal(401, wire.ProblemToken, own), ipc.Refused, own},
		{"a device of another mart", refusal(403, wire.ProblemForbidden, own), ipc.Refused, own},
		{"a login page's 401", status(401), ipc.Refused, "401"},
		{"a proxy's 403", status(403), ipc.Refused, "403"},
		{"somebody's 204", status(204), ipc.Refused, "204"},
		{"a problem in the server's words", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(503)
			_, _ = w.Write([]byte(`{"detail":"Redis is\ndown / 쉬는 중"}`))
		}, ipc.Connecting, "Redis is down / 쉬는 중"},
		{"a problem too long to read", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(401)
			for range 100 {
				_, _ = w.Write([]byte(strings.Repeat(" ", 64<<10)))
			}
			_, _ = w.Write([]byte(`{"detail":"too long"}`))
		}, ipc.Refused, "401"},
		{"the login page of a network", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<!DOCTYPE html><title>Free Wi-Fi</title>\n\nevent: connect\ndata: connected\n\n"))
		}, ipc.Connecting, "text/html"},
		{"a redirect to that page", func(w http.ResponseWriter, r *http.Request) {
			if r.Host != "lane" || r.URL.Path == "/login" {
				t.Error("the redirect was followed")
			}
			http.Redirect(w, r, "http://portal/login", http.StatusFound)
		}, ipc.Connecting, "http://portal/login"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, tt.answer, nil)
				now := s.now(10 * time.Second)
				if now.Name != tt.state || !strings.Contains(now.Detail, tt.detail) || strings.Contains(now.Detail, "too long") {
					t.Errorf("%+v", now)
				}
				for _, st := range s.states {
					if st.Name == ipc.Connected {
						t.Error("looked connected")
					}
				}
				if tries, rare := len(s.requests), tt.detail == own; rare != (tries == 1) {
					t.Errorf("%d tries in 10 s", tries)
				}
			})
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// first answers the first request with trouble and all others with a good stream.
func first(trouble http.HandlerFunc) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			trouble(w, r)
			return
		}
		say(w, hello)
		stay(r)
	}
}

func TestEveryTroubleHealsByItself(t *testing.T) {
	tests := []struct {
		name    string
		trouble http.HandlerFunc
		within  time.Duration
	}{
		{"503 while the server restarts", status(503), time.Second},
		{"401 until somebody pairs the device", refusal(401, wire.ProblemToken, "unknown"), time.Minute},
		{"401 until somebody logs in to the network", status(401), time.Second},
		{"a dropped connection", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, time.Second},
		{"a drop in the middle of an event", func(w http.ResponseWriter, _ *http.Request) {
			say(w, hello, "event: ord")
			panic(http.ErrAbortHandler)
		}, 2 * time.Second},
		{"headers that never come", func(_ http.ResponseWriter, r *http.Request) { stay(r) }, headerLimit + time.Second},
		{"comments, and never a welcome", func(w http.ResponseWriter, r *http.Request) {
			for pause(r, time.Second) {
				say(w, ":\n\n")
			}
		}, connectLimit + time.Second},
		{"an error text that never ends", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(503)
			for pause(r, time.Second) {
				_, _ = w.Write([]byte(" "))
				_ = http.NewResponseController(w).Flush()
			}
		}, connectLimit + time.Second},
		{"a line that never ends", func(w http.ResponseWriter, r *http.Request) {
			say(w, hello, "data: ")
			for r.Context().Err() == nil {
				say(w, strings.Repeat("a", 64<<10))
			}
		}, 2 * time.Second},
		{"silence after the welcome", func(w http.ResponseWriter, r *http.Request) {
			say(w, hello)
			stay(r)
		}, 52 * time.Second},
	}
	doubted := map[string]int{"silence after the welcome": 1, "401 until somebody pairs the device": 1, "comments, and never a welcome": 1} // requests beside the stream
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, first(tt.trouble), nil)
				s.wantConnected(t, tt.within)
				if n := len(s.requests); n < 2 || n > 2+doubted[tt.name] {
					t.Errorf("%d requests", n)
				}
			})
		})
	}
}

func TestAfterALoginToTheNetworkThereAreOrdersWithinSeconds(t *testing.T) {
	pages := map[string]http.HandlerFunc{
		"401": status(401), "403": status(403), "204": status(204), "511": status(511),
		"a page": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<!DOCTYPE html><title>Free Wi-Fi</title>"))
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://portal/login", http.StatusFound)
		},
	}
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var in atomic.Bool
				s := open(t, later(&in, page, network(welcome, nothing)), nil)
				if now := s.now(10*time.Minute + time.Second); now.Name == ipc.Connected {
					t.Fatalf("%+v", now)
				}
				in.Store(true)
				s.wantConnected(t, shortBackoff+time.Second)
			})
		})
	}
}

func TestAStreamIsGivenUpOnlyAfterTwoAndAHalfHeartbeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			say(w, hello)
			for range 9 {
				if pause(r, 24*time.Second) {
					say(w, ":\n\n") // a comment, which no parser shows
				}
			}
			stay(r)
		}, func(f *Client) { f.Heartbeat = 10 * time.Second })
		s.wantConnected(t, 9*24*time.Second+24*time.Second)
		if now := s.now(time.Second + 100*time.Millisecond); !strings.Contains(now.Detail, "sent nothing for too long") {
			t.Errorf("%+v", now)
		}
		s.wantConnected(t, time.Second)
	})
}

// A bad network looks the same, so it is asked more often than one that cannot be reached.
func TestAServerThatTakesAndDropsIsAskedEveryFewSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, _ *http.Request) { say(w, hello) }, nil)
		s.now(10 * time.Minute)
		gaps := s.gaps()
		if len(gaps) < 120 || len(gaps) > 250 {
			t.Errorf("%d tries in 10 minutes", len(gaps))
		}
		for _, gap := range gaps[8:] {
			if gap < shortBackoff/2 || gap > shortBackoff {
				t.Errorf("gap %v", gap)
			}
		}
	})
}

func TestAServerSaysWhenToComeBack(t *testing.T) {
	tests := []struct {
		name     string
		trouble  http.HandlerFunc
		from, to time.Duration
	}{
		{"by Retry-After in seconds", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "8")
			w.WriteHeader(503)
		}, 8 * time.Second, 10 * time.Second},
		{"by Retry-After as a date", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", time.Now().Add(20*time.Second).UTC().Format(http.TimeFormat))
			w.WriteHeader(429)
		}, 19 * time.Second, 25 * time.Second},
		{"by a bye", func(w http.ResponseWriter, r *http.Request) {
			say(w, hello, "event: bye\ndata: {\"reason\":\"drain\",\"retryMs\":4000}\n\n")
			stay(r)
		}, 4 * time.Second, 5 * time.Second},
		{"by a bye that no one can mean", func(w http.ResponseWriter, _ *http.Request) {
			say(w, hello, "event: bye\ndata: {\"reason\":\"drain\",\"retryMs\":9223372036854775807}\n\n")
		}, 60 * time.Second, 75 * time.Second},
		{"by a retry field", func(w http.ResponseWriter, _ *http.Request) {
			say(w, "retry: 50", "00\n\n", "event: connect\ndata: connected\n\n")
		}, 2500 * time.Millisecond, 5 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, first(tt.trouble), nil)
				s.now(tt.to + time.Second)
				if gap := s.gaps()[0]; gap < tt.from || gap > tt.to {
					t.Errorf("came back after %v", gap)
				}
			})
		})
	}
}
