//go:build linux

// Package publisher publishes orders, at a steady rate or as fast as they arrive.
package publisher

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"jumun/server/bench/counter"
	"jumun/server/bench/jsonpipe"
	"jumun/server/bench/rawwait"
	"jumun/server/bench/resp"
	"jumun/server/bench/sseread"
)

// A Question is what to publish, and where.
type Question struct {
	Redis  string // host:port, to PUBLISH on Topic
	Stream bool   // and XADD to Topic instead
	HTTP   string // or host:port, to POST to Topic + the mart
	Topic  string

	Mart  int // the number of the first mart; they get their orders in turn
	Marts int
	First int64 // the number of the first order; mart First % Marts gets it as its First / Marts

	Rate    float64       // orders a second; 0: as fast as they arrive
	For     time.Duration // 0: no limit
	Orders  int64         // 0: no limit
	Counter string        // path of the file of a counter.Counter
	Bound   int64         // without Rate: how many orders may be under way; with more the publisher waits
	PerMart int64         // devices that each order reaches
}

// An Answer is what was published.
type Answer struct {
	Orders int64
	Took   time.Duration
}

// Serve answers Questions until there are no more.
func Serve(in io.Reader, out io.Writer) error { return jsonpipe.Serve(in, out, publish) }

// A sender sends orders to the place where they are published.
type sender interface {
	send(mart string, o sseread.Order) error
	close() error // returns when every order was answered
}

func publish(q Question) (Answer, error) {
	t, err := newSender(q)
	if err != nil {
		return Answer{}, err
	}
	pace, err := newPacer(q)
	if err != nil {
		return Answer{}, err
	}
	var n int64
	for pace.next(n) && err == nil {
		i := q.First + n
		mart := strconv.Itoa(q.Mart + int(i%int64(q.Marts)))
		o := sseread.Order{Seq: i / int64(q.Marts), At: time.Now().UnixNano()}
		err = t.send(mart, o)
		n++
	}
	a := Answer{Orders: n, Took: time.Since(pace.started)}
	if failed := t.close(); err == nil {
		err = failed
	}
	return a, err
}

func newSender(q Question) (sender, error) {
	switch {
	case q.Redis != "" && q.Stream:
		return openRedis(q.Redis, func(to []byte, mart string, o sseread.Order) []byte {
			return resp.Append(to, "XADD", q.Topic, "*", "martId", mart, "orderId", o.ID())
		})
	case q.Redis != "":
		return openRedis(q.Redis, func(to []byte, mart string, o sseread.Order) []byte {
			return resp.Append(to, "PUBLISH", q.Topic, string(payload(mart, o)))
		})
	}
	return openPosts(q.HTTP, q.Topic)
}

// payload returns an order as order services publish it.
func payload(mart string, o sseread.Order) []byte {
	return fmt.Appendf(nil, `{"martId":"%s","orderId":"%s"}`, mart, o.ID())
}

// A pacer decides when to publish the next order.
type pacer struct {
	Question
	started time.Time
	counter *counter.Counter
	already int64 // orders that had arrived before
}

func newPacer(q Question) (*pacer, error) {
	t, err := counter.Open(q.Counter)
	if err != nil {
		return nil, err
	}
	return &pacer{Question: q, counter: t, started: time.Now(), already: t.Arrived.Load()}, nil
}

// next waits until order n is due. It returns false if there is no order n.
func (p *pacer) next(n int64) bool {
	if p.Orders > 0 && n >= p.Orders {
		return false
	}
	if p.Rate > 0 {
		rawwait.Until(p.started.Add(time.Duration(float64(n) / p.Rate * float64(time.Second))))
	}
	return (p.Rate > 0 || p.waitForRoom(n)) && !p.expired()
}

// timeout is how long nothing may arrive before the rest counts as lost. Without it the
// publisher would wait for ever.
const timeout = 5 * time.Second

// waitForRoom waits until fewer orders than the bound are under way. It returns false if none arrive.
func (p *pacer) waitForRoom(n int64) bool {
	last, since := int64(-1), time.Now()
	for !p.expired() {
		arrived := p.counter.Arrived.Load() - p.already
		if n*p.PerMart-arrived < p.Bound {
			return true
		}
		if arrived != last {
			last, since = arrived, time.Now()
		}
		if time.Since(since) > timeout {
			return false
		}
		time.Sleep(100 * time.Microsecond)
	}
	return false
}

func (p *pacer) expired() bool { return p.For > 0 && time.Since(p.started) >= p.For }
