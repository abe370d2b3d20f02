//go:build linux

package e2e

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// Each cut once doubled the wait, though every connection had worked: the seventh kept a store deaf for
// up to 30 s.
func TestANetworkThatFlapsKeepsNoStoreDeaf(t *testing.T) {
	const soon = 10 * time.Second
	s := openShop(t)
	relay := httptest.NewServer(&httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: s.server.Addr()})
	}})
	t.Cleanup(func() { relay.CloseClientConnections(); relay.Close() })
	p := s.through(relay.URL, "", func(*settings.Settings) {})
	var took time.Duration
	for range 7 {
		before := p.until("connected", func(st ipc.Status) bool { return st.State == ipc.Connected })
		relay.CloseClientConnections()
		began := time.Now()
		p.until("connected again", func(st ipc.Status) bool { return st.State == ipc.Connected && st.Since.After(before.Since) })
		took = time.Since(began)
	}
	t.Logf("after the last cut it was deaf for %v", took.Round(time.Millisecond))
	if took > soon {
		t.Errorf("it was deaf for %v", took)
	}
	s.publish("42", "8801")
	p.rings("8801")
	p.confirm("8801")
}
