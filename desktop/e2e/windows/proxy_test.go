//go:build linux

package windows

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// onlyByProxy is an address that no name server knows.
const onlyByProxy = "http://jumun.invalid"

// A proxy passes all on to the server, and hands out a script that names it.
func (s *store) openProxy(asked *atomic.Int32) *httptest.Server {
	target := &url.URL{Scheme: "http", Host: s.server.Addr()}
	pass := httputil.NewSingleHostReverseProxy(target)
	pass.FlushInterval = -1 // a stream is passed on as it comes
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host == "" { // not for another server
			w.Header().Set("Content-Type", "application/x-ns-proxy-autoconfig")
			_, _ = io.WriteString(w, fmt.Sprintf("function FindProxyForURL(url, host) { return host == 'jumun.invalid' ? 'PROXY %s' : 'DIRECT'; }", r.Host))
			return
		}
		asked.Add(1)
		pass.ServeHTTP(w, r)
	}))
	s.Cleanup(func() { // jumun is there until later
		proxy.CloseClientConnections()
		proxy.Close()
	})
	return proxy
}

func TestTheSystemsProxyOrItsScriptIsUsed(t *testing.T) {
	for _, how := range []string{"proxy", "script"} {
		t.Run(how, func(t *testing.T) {
			s := open(t, how)
			var asked atomic.Int32
			proxy := s.openProxy(&asked)
			if how == "proxy" {
				s.must(s.UseProxy(strings.TrimPrefix(proxy.URL, "http://"), ""))
			} else {
				s.must(s.UseProxy("", proxy.URL+"/proxy.pac"))
			}
			defer func() { s.must(s.UseProxy("", "")) }()
			code, err := s.server.Code(s.Context(), "42")
			s.must(err)
			a, err := s.user.Do("pair", "--server", onlyByProxy, "--allow-http", "--mart", "42", "--code", code)
			s.must(err)
			if a.Code != 0 {
				t.Fatalf("pair: %+v", a)
			}
			if how == "proxy" {
				if asked.Load() == 0 {
					t.Error("the proxy was not asked")
				}
				return
			}
			s.must(s.user.Open())
			s.untilStatus("connected", isConnected)
			s.sell("42", "2712")
			s.rings("2712")
			s.confirm(s.popup("2712"))
			s.silent()
			if asked.Load() < 3 { // the pairing, the stream and the confirmation
				t.Errorf("the proxy was asked %d times", asked.Load())
			}
		})
	}
}
