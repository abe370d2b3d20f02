//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A way is how an order is published.
type way string

const (
	byTopic  way = "topic"  // PUBLISH: at most once
	byStream way = "stream" // XADD: safe once Redis has it
	byHTTP   way = "POST"   // safe once 202 was answered
	// A lost hint: the order is in the log, and no pod was told. The next order of its mart
	// names a predecessor that no pod has heard of.
	quietly way = "log, its hint lost"
)

const (
	// repeated is the share of orders that are published twice, and also the share of orders
	// that are published by a second way.
	repeated  = 0.05
	withdrawn = 0.03 // share of orders that are withdrawn
	lost      = 0.01 // share of orders whose hint is lost
	// waiting is how many orders may wait for one way while Redis is down, which is more than
	// a minute of all orders. Later ones are not published, and are counted.
	waiting = 20_000
	// posters send at the same time: while a pod is half-open every third of them waits
	// for its answer in vain.
	posters   = 32
	postLimit = 3 * time.Second
	again     = 200 * time.Millisecond // before a publisher tries again
)

// A serial is what tells two orders apart, whatever their numbers are. It is the summary of an order,
// and of every other one also its key.
type serial string

// numbers is how many numbers a mart has: its counter begins again and again.
const numbers = 200

// publishers are the order services of all marts.
type publishers struct {
	marts  int
	url    string // of the servers
	token  string // for the servers
	redis  string // its address
	report *report
	http   *http.Client
	queues map[way]chan order.Placement

	last int // serial of the last order; only run uses it

	mu       sync.Mutex
	accepted accepted
}

// accepted is what a server or Redis has accepted.
type accepted struct {
	orders      map[order.MartID][]serial
	withdrawals map[serial]bool // false: it may have been accepted
	committed   map[serial]bool // orders that a shop has committed
}

func newPublishers(marts int, url, token, redis string, r *report) *publishers {
	p := &publishers{
		marts: marts, url: url, token: token, redis: redis, report: r, accepted: accepted{make(map[order.MartID][]serial), make(map[serial]bool), make(map[serial]bool)},
		http:   &http.Client{Timeout: postLimit, Transport: &http.Transport{MaxIdleConnsPerHost: posters}},
		queues: make(map[way]chan order.Placement),
	}
	for _, w := range []way{byTopic, byStream, byHTTP, quietly} {
		p.queues[w] = make(chan order.Placement, waiting)
	}
	return p
}

// run publishes rate orders a second until open ends, then one more for every mart. It
// returns once everything is published, or when ctx ends.
func (p *publishers) run(ctx, open context.Context, rate int) {
	var wg sync.WaitGroup
	p.work(ctx, &wg)
	started, sent := time.Now(), 0
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for open.Err() == nil {
		<-tick.C
		for due := int(time.Since(started).Seconds() * float64(rate)); sent < due; sent++ {
			p.send(mart(rand.IntN(p.marts)), p.anyWay())
		}
	}
	p.report.say("%d orders were placed; the rest of them is brought in", sent)
	p.enough(byTopic, byStream, quietly)
	for i := range p.marts { // an order after the last lost hint, which names its predecessor
		p.place(mart(i), byHTTP)
	}
	p.enough(byHTTP)
	wg.Wait()
	p.http.CloseIdleConnections()
}

func (p *publishers) enough(ways ...way) {
	for _, w := range ways {
		close(p.queues[w])
	}
}

func (p *publishers) anyWay() way {
	if rand.Float64() < lost {
		return quietly
	}
	return []way{byTopic, byStream, byHTTP}[rand.IntN(3)]
}

// send publishes a new order by a way, and sometimes once more.
func (p *publishers) send(m order.MartID, w way) {
	o := p.place(m, w)
	other, ok := map[way]way{byTopic: byStream, byStream: byTopic, byHTTP: byStream}[w]
	if ok && rand.Float64() < repeated {
		p.report.count("repeats by the same way", 1)
		p.queue(w, o)
	}
	if ok && rand.Float64() < repeated {
		p.report.count("repeats by another way", 1)
		p.queue(other, o)
	}
	if ok && rand.Float64() < withdrawn {
		p.withdraw(o, other)
	}
}

// withdraw withdraws an order by a way. It may come before the order itself.
func (p *publishers) withdraw(o order.Placement, w way) {
	p.report.count("withdrawals by "+string(w), 1)
	p.mu.Lock()
	p.accepted.withdrawals[serial(o.Summary)] = false
	p.mu.Unlock()
	o.Cancelled = true
	p.queue(w, o)
}

func (p *publishers) place(m order.MartID, w way) order.Placement {
	p.last++
	o := order.Placement{Mart: m, Order: order.OrderID(fmt.Sprintf("o-%02d", p.last/p.marts%numbers))}
	o.Summary = fmt.Sprintf("s-%07d", p.last)
	if p.last%2 == 0 {
		o.Key = o.Summary
	}
	if w == quietly {
		o.Order, o.Key = order.OrderID("quiet-"+o.Summary), ""
	}
	p.report.count("orders by "+string(w), 1)
	p.queue(w, o)
	return o
}

func (p *publishers) queue(w way, o order.Placement) {
	select {
	case p.queues[w] <- o:
	default:
		p.report.count("orders not published: too many were waiting", 1)
	}
}

// work publishes the queued orders.
func (p *publishers) work(ctx context.Context, wg *sync.WaitGroup) {
	workers := func(n int, w way, announce func(context.Context, *caller, order.Placement) error) {
		for range n {
			wg.Go(func() {
				redis := &caller{addr: p.redis}
				defer redis.close()
				for o := range p.queues[w] {
					p.persist(ctx, redis, w, o, announce)
				}
			})
		}
	}
	workers(1, byTopic, p.publish)
	workers(2, byStream, p.add)
	workers(1, quietly, p.record)
	workers(posters, byHTTP, p.post)
}

// persist publishes one order until it is accepted. It tries once only on the topic.
func (p *publishers) persist(ctx context.Context, redis *caller, w way, o order.Placement, announce func(context.Context, *caller, order.Placement) error) {
	for ctx.Err() == nil {
		err := announce(ctx, redis, o)
		switch {
		case err == nil && w != byTopic:
			p.accept(o)
			return
		case err == nil:
			return
		case w == byTopic:
			p.report.count("orders lost on the topic: Redis was away", 1)
			return
		}
		p.report.count("tries again by "+string(w), 1)
		pause(ctx, again)
	}
	if w != byTopic {
		p.report.count("orders given up by "+string(w), 1)
	}
}

func (p *publishers) accept(o order.Placement) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if o.Cancelled {
		p.accepted.withdrawals[serial(o.Summary)] = true
		return
	}
	p.accepted.orders[o.Mart] = append(p.accepted.orders[o.Mart], serial(o.Summary))
}

func (p *publishers) publish(ctx context.Context, redis *caller, o order.Placement) error {
	heard, err := redis.do(ctx, "PUBLISH", topic, string(wire.Publication(o)))
	if heard == int64(0) {
		p.report.count("orders lost on the topic: no pod listened", 1)
	}
	return err
}

func (p *publishers) add(ctx context.Context, redis *caller, o order.Placement) error {
	fields := []string{"XADD", intakeKey, "*", "martId", string(o.Mart), "orderId", string(o.Order), "summary", o.Summary}
	if o.Key != "" {
		fields = append(fields, "key", o.Key)
	}
	if o.Cancelled {
		fields = append(fields, "cancelled", "true")
	}
	_, err := redis.do(ctx, fields...)
	return err
}

// quietScript records an order as the server of before did, and publishes nothing.
const quietScript = `
if redis.call('EXISTS', KEYS[3]) == 1 then return 'seen' end
local newest, prev = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1), '0-0'
if newest[1] then prev = newest[1][1] end
local id = redis.call('XADD', KEYS[1], '*', 'event', ARGV[1], 'prev', prev)
redis.call('ZADD', KEYS[2], string.match(id, '^%d+'), ARGV[2])
redis.call('SET', KEYS[3], id, 'EX', 172800)
return id`

func (p *publishers) record(ctx context.Context, redis *caller, o order.Placement) error {
	event, _ := json.Marshal(map[string]string{"kind": string(order.Placed), "order": string(o.Order), "summary": o.Summary}) // strings always marshal
	tag := "jumun:{" + string(o.Mart) + "}:"
	_, err := redis.do(ctx, "EVAL", quietScript, "3", tag+"log", tag+"open", tag+"seen:"+string(o.Order), string(event), string(o.Order))
	return err
}

func (p *publishers) post(ctx context.Context, _ *caller, o order.Placement) error {
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+wire.PublishPath, bytes.NewReader(wire.Publication(o)))
	if err != nil {
		return err
	}
	ask.Header.Set("Content-Type", "application/json")
	ask.Header.Set("Authorization", "Bearer "+p.token)
	answer, err := p.http.Do(ask)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := body(answer)
	p.report.count(fmt.Sprintf("POST answered %d", answer.StatusCode), 1)
	if err != nil {
		return err
	}
	var published wire.Published
	if err := json.Unmarshal([]byte(said), &published); err != nil || answer.StatusCode != http.StatusAccepted {
		return fmt.Errorf("answered %s: %s", answer.Status, said)
	}
	if published.Duplicate {
		p.report.count("POST answered that it was a duplicate", 1)
	}
	return nil
}

// body returns the body of a response, and an error if the status is one.
func body(answer *http.Response) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s", answer.Status, raw)
	}
	return string(raw), err
}
