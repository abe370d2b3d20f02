//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

// An office stands in for the head office: it takes the webhooks of the server.
type office struct {
	policy string      // path of the file that says so to the server
	told   chan string // the texts; further ones are dropped
}

// openOffice listens until the process ends.
func openOffice(dir string) (*office, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o := &office{policy: filepath.Join(dir, "escalation.yaml"), told: make(chan string, 1)}
	go func() { _ = http.Serve(listener, o) }() // fails at the end
	policy := fmt.Sprintf(`# Five seconds, for those who try it out; a minute is the default.
times: {undelivered: 5s}
targets: [{name: office, url: "http://%s/", format: slack, causes: [order.undelivered], allow-http: true, allow-private: true}]
`, listener.Addr())
	return o, os.WriteFile(o.policy, []byte(policy), 0o600)
}

func (o *office) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var message struct{ Text string }
	if json.NewDecoder(r.Body).Decode(&message) != nil {
		return
	}
	select {
	case o.told <- message.Text:
	default:
	}
}

// miss waits until the office is told of an order for which no app is there.
func (d *demo) miss(ctx context.Context) error {
	d.say("the app is closed: within seconds somebody else is told of the next order", "앱을 종료했습니다. 다음 주문은 몇 초 안에 다른 사람에게 알립니다")
	select {
	case text := <-d.office.told:
		d.say("a webhook for the head office: "+text, "본사로 가는 웹훅입니다")
		return nil
	case <-ctx.Done():
		return fmt.Errorf("nobody was told: %w", context.Cause(ctx))
	}
}
