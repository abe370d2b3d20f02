// Package socket is a server that pushes orders by WebSocket (RFC 6455), to compare the other
// ways with. It checks tokens as jumun does, and keeps none of the other promises: it has no
// log, replays nothing, drops no repeats, revokes nobody, and does not notice when it receives
// nothing. So its results are flattering.
package socket

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// Pattern is where a device of a mart opens its socket.
const Pattern = "/v1/marts/{mart}/socket"

// Path returns Pattern for a mart, which needs no escaping.
func Path(mart order.MartID) string { return strings.Replace(Pattern, "{mart}", string(mart), 1) }

const (
	// queue is how many orders may wait for one device; one with more is cut off.
	queue = 64
	// patience is what a device has to take an order, or to answer a ping; as jumun's.
	timeout = 10 * time.Second
)

// A Server serves Pattern. Make it by New.
type Server struct {
	keys *token.Keys
	ping time.Duration

	mu      sync.Mutex
	devices map[order.MartID]map[*device]struct{}
}

// A device is one open socket.
type device struct {
	orders chan []byte
	stuck  context.CancelFunc // called when orders is full
}

// New returns a Server that takes the tokens of keys, and pings each device every so often.
func New(keys *token.Keys, ping time.Duration) *Server {
	return &Server{keys: keys, ping: ping, devices: map[order.MartID]map[*device]struct{}{}}
}

// Take hands a message of the topic to the devices of its mart. It never waits.
func (s *Server) Take(message []byte) {
	p, err := wire.ParsePublication(message)
	if err != nil {
		return // jumun counts it
	}
	event := order.Event{Mart: p.Mart, Order: p.Order, Kind: order.Placed, At: time.Now().UTC(), Details: p.Details}
	data, err := json.Marshal(wire.OrderOf(event))
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for d := range s.devices[p.Mart] {
		select {
		case d.orders <- data:
		default:
			d.stuck()
		}
	}
}

// ServeHTTP holds the socket of one device, until either side goes away.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mart := order.MartID(r.PathValue("mart"))
	if status := s.admit(r, mart); status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(r.Context())) // that of a request ends when its connection is taken over
	defer stop()
	d := &device{make(chan []byte, queue), stop}
	s.join(mart, d) // before it is told that it is connected
	defer s.leave(mart, d)
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer conn.CloseNow()
	s.hold(conn.CloseRead(ctx), conn, d) // somebody has to read the pongs
}

func (s *Server) admit(r *http.Request, mart order.MartID) (status int) {
	text, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	t, err := s.keys.Check(text, time.Now())
	switch {
	case err != nil:
		return http.StatusUnauthorized
	case t.Role != wire.RoleDevice || !t.For(mart):
		return http.StatusForbidden
	}
	return http.StatusOK
}

// hold writes what comes for a device. While it waits for a pong orders wait too.
func (s *Server) hold(ctx context.Context, conn *websocket.Conn, d *device) {
	tick := time.NewTicker(s.ping)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case data := <-d.orders:
			err = within(ctx, func(ctx context.Context) error { return conn.Write(ctx, websocket.MessageText, data) })
		case <-tick.C:
			err = within(ctx, conn.Ping)
		}
		if err != nil {
			return
		}
	}
}

func within(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return do(ctx)
}

func (s *Server) join(mart order.MartID, d *device) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.devices[mart] == nil {
		s.devices[mart] = map[*device]struct{}{}
	}
	s.devices[mart][d] = struct{}{}
}

func (s *Server) leave(mart order.MartID, d *device) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.devices[mart], d)
	if len(s.devices[mart]) == 0 {
		delete(s.devices, mart)
	}
}
