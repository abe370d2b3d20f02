package socket

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const late = 20 * time.Second // a busy machine is no failure

// stage is a server, and who signs its tokens.
type stage struct {
	*Server
	url  string
	keys *token.Keys
}

func open(t *testing.T, ping time.Duration) stage {
	keys := token.Throwaway(time.Now())
	s := New(keys, ping)
	mux := http.NewServeMux()
	mux.Handle("GET "+Pattern, s)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return stage{s, server.URL, keys}
}

func (s stage) token(t *testing.T, role wire.Role, mart order.MartID) string {
	t.Helper()
	now := time.Now()
	text, err := s.keys.Sign(wire.Claims{Subject: "pc-1", Role: role, Marts: []order.MartID{mart}, IssuedAt: now.Unix(), Expires: now.Add(time.Hour).Unix()}, now)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (s stage) take(mart order.MartID, number order.OrderID, summary string) {
	s.Take(wire.Publication(order.Placement{Mart: mart, Order: number, Details: order.Details{Summary: summary}}))
}

func (s stage) connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.devices)
}

func TestADeviceHearsTheOrdersOfItsMartAndNoOthers(t *testing.T) {
	s := open(t, time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), late)
	defer cancel()
	opened, heard := make(chan struct{}), make(chan string, 10)
	text := s.token(t, wire.RoleDevice, "42")
	ended := make(chan error, 1)
	go func() {
		ended <- Read(ctx, http.DefaultClient, s.url+Path("42"), text, func() { close(opened) }, func(data []byte) { heard <- string(data) })
	}()
	select {
	case <-opened:
	case err := <-ended:
		t.Fatal(err)
	}
	s.Take([]byte("no order"))
	s.take("43", "1", "")
	s.take("42", "2", "김밥")
	e, err := wire.ParseOrder("", <-heard)
	if err != nil || e.Mart != "42" || e.Order != "2" || e.Summary != "김밥" || e.At.IsZero() {
		t.Errorf("heard %+v, %v", e, err)
	}
	cancel()
	if <-ended == nil {
		t.Error("it ended without saying why")
	}
	for s.connected() > 0 { // the test's own time limit ends this
		runtime.Gosched()
	}
}

func TestOnlyDevicesOfAMartMayOpenItsSocket(t *testing.T) {
	s := open(t, time.Hour)
	tests := []struct {
		name, token string
		want        int
	}{
		{"nobody", "", http.StatusUnauthorized},
		{"with a token of elsewhere", stage{keys: token.Throwaway(time.Now())}.token(t, wire.RoleDevice, "42"), http.StatusUnauthorized},
		{"of another mart", s.token(t, wire.RoleDevice, "43"), http.StatusForbidden},
		{"a publisher", s.token(t, wire.RolePublisher, "42"), http.StatusForbidden},
		{"of every mart, though it asks for no socket", s.token(t, wire.RoleDevice, wire.AnyMart), http.StatusUpgradeRequired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+Path("42"), nil)
			if err != nil {
				t.Fatal(err)
			}
			ask.Header.Set("Authorization", "Bearer "+tt.token)
			answer, err := http.DefaultClient.Do(ask)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != tt.want || s.connected() != 0 {
				t.Errorf("%s, %d connected", answer.Status, s.connected())
			}
		})
	}
}

// dial opens a socket that nobody reads.
func (s stage) dial(t *testing.T, pinged func(context.Context, []byte) bool) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), s.url+Path("42"), &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + s.token(t, wire.RoleDevice, "42")}}, OnPingReceived: pinged,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

func TestADeviceIsPingedAgainAndAgain(t *testing.T) {
	s := open(t, time.Millisecond)
	pings := make(chan struct{}, 3)
	conn := s.dial(t, func(context.Context, []byte) bool {
		select {
		case pings <- struct{}{}:
		default:
		}
		return true // answer it
	})
	conn.CloseRead(t.Context())
	for range cap(pings) {
		select {
		case <-pings:
		case <-time.After(late):
			t.Fatal("no ping")
		}
	}
}

func TestADeviceThatTakesNothingIsCutOffAndHoldsUpNobody(t *testing.T) {
	s := open(t, time.Hour)
	s.dial(t, nil)
	summary := strings.Repeat("김", order.MaxSummary)
	for began := time.Now(); s.connected() > 0; {
		if s.take("42", "1", summary); time.Since(began) > timeout {
			t.Fatal("it is still connected when its first write fails")
		}
	}
}
