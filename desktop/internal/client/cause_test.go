package client

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestWhatPeopleReadOfANetworkThatDoesNotLetThrough(t *testing.T) {
	system := func(op string, err error) error {
		return &net.OpError{Op: op, Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"nobody listens", system("dial", refusals[0]), errAway},
		{"there is no way", system("dial", noNetwork[0]), errOffline},
		{"the proxy is away", system("proxyconnect", refusals[0]), errProxyAway},
		{"no such name", &net.DNSError{Err: "no such host", Name: "jumun.example", IsNotFound: true}, errNoName},
		{"something that speaks no TLS", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, errNotServer},
		{"an answer to a request for TLS", fmt.Errorf("%w: http", http.ErrSchemeMismatch), errNotServer},
		{"something new", errors.New("cosmic rays"), errUnreached},
	}
	for _, tt := range tests {
		if got := unanswered(tt.err); !errors.Is(got, tt.want) || !errors.Is(got, tt.err) {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestWhatAProxyAnswersIsTold(t *testing.T) {
	for status, want := range map[int]error{
		http.StatusProxyAuthRequired: errProxyPassword, http.StatusForbidden: errBlocked, http.StatusBadGateway: errUnreached,
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
			defer proxy.Close()
			address, _ := url.Parse(proxy.URL)
			behind := transport()
			behind.Proxy = http.ProxyURL(address)
			defer behind.CloseIdleConnections()
			states, _ := start(t, &Client{Server: "https://jumun.example.com", Mart: "42", HTTP: behind, Explain: func(err error) string {
				if errors.Is(err, want) {
					return "as it should"
				}
				return err.Error()
			}})
			await(t, states, ipc.Connecting)
			if s := await(t, states, ipc.Connecting); s.Detail != "as it should" {
				t.Errorf("%+v", s)
			}
		})
	}
}
