// Package pod is one running server: it wires what takes orders in, what records and
// follows them, and what streams them to devices; it starts all of it, and stops it in an
// order that loses nothing.
package pod

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/keyring"
	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/auth/ratelimit"
	"jumun/server/internal/devices"
	"jumun/server/internal/escalation"
	"jumun/server/internal/eventlog/follow"
	"jumun/server/internal/hub"
	"jumun/server/internal/ingest"
	"jumun/server/internal/refusals"
	"jumun/server/internal/revocation"
	"jumun/server/internal/sse"
	"jumun/server/internal/sse/netpoll"
	"jumun/server/internal/web"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// endTimeout is what the last event of all streams may take, once they were asked to end.
const endTimeout = 2 * time.Second

// shedEvery is how often some streams are ended while a pod drains: often enough that the
// devices do not come back in bursts.
const shedEvery = 50 * time.Millisecond

// A Pod is one running server: orders come in, go through the log, and go out to the
// devices that are connected here. Make one with New, and Run it once.
type Pod struct {
	opts     Options
	follower *follow.Follower
	topic    *ingest.Recorder
	consumer *ingest.Consumer
	intake   *ingest.Intake
	hub      *hub.Hub
	streams  *sse.Handler
	guard    *descriptorGuard
	conns    *connTable
	poller   *netpoll.Poller // holds quiet streams; nil: this system has none
	http     *http.Server

	gate        *auth.Gate
	keys        *keyring.Store
	ring        *keyring.Ring
	holders     *keyring.Holders
	pairings    *pairing.Handler
	presence    *devices.Presence
	noted       *ratelimit.Limiter[use]
	pages       *web.Handler
	revocations *revocation.Sync
	backup      *revocation.Backup
	clock       *revocation.ClockOffset
	hints       *follow.Topic // of revocations
	escalator   *escalation.Escalator
	overview    *escalation.Overview
	refusals    *refusals.Log

	metrics *metrics
	log     *slog.Logger
	lostLog rate.Sometimes // when Redis is lost, it is lost for thousands of marts at once
}

// New returns a Pod. It fails if the system has no room for another epoll, or with revocation.ErrUnreadable.
func New(o Options) (*Pod, error) {
	follower := follow.New(o.Orders, o.Log)
	p := &Pod{opts: o, follower: follower, consumer: ingest.NewConsumer(o.Orders.Client(), o.Intake, o.Log), log: o.Log}
	p.lostLog = rate.Sometimes{First: 3, Interval: 10 * time.Second}
	p.topic = ingest.NewRecorder(o.Orders.Client(), follower.Channels(o.Topic), o.Topic, o.Log)
	p.hub = hub.New(o.Queue, hub.Hooks{Watch: follower.Watch, Unwatch: follower.Unwatch, Heard: follower.Heard})
	m := newMetrics(p.hub.Len, follower.Ready, o.Orders)
	p.metrics = m
	m.registry.MustRegister(buildInfo(o.Version))
	m.addWaysIn(p.topic.Err, p.consumer.Err, map[string]func() int{
		ingest.Topic: func() int { return p.topic.Held() + p.intake.Waiting() }, ingest.Stream: p.consumer.Backlog,
	}, func() int { return p.intake.Failing() })
	m.registry.MustRegister(gauge("jumun_topic_place", "1: this server records at once what the topic says; 2 and 3: what others have not recorded; 0: others do.",
		func() float64 { return float64(p.topic.Place()) }))
	if err := p.wireAccess(m); err != nil {
		return nil, err
	}
	var err error
	if p.escalator, err = newEscalator(o, m); err != nil {
		return nil, err
	}
	p.refusals = refusals.New(o.Orders.Client(), o.Log)
	p.overview = escalation.NewOverview(p.watched())
	countMalformed := func(way, reason string) {
		m.countMalformed(way, reason)
		p.escalator.Refused(way, reason)
		p.refusals.Note(way, reason)
	}
	p.intake = ingest.New(ingest.Options{Record: o.Orders.Record, May: p.gate.MayPublish, Count: m.countOrder, CountMalformed: countMalformed, Log: p.log})
	if p.pages, err = web.New(); err != nil {
		return nil, err
	}
	p.guard = newDescriptorGuard(m.countRefused, p.log)
	if p.poller, err = newPoller(o, p.guard.descriptors); err != nil {
		return nil, err
	}
	p.streams = sse.New(sse.Options{
		Draining: p.hub.Refuses, Admit: p.admitStream, Head: follower.Head, Join: p.joinPoll, Poller: p.poller, Page: p.page(o.Orders.Page), Expires: expires,
		Event: wire.OrderEvent, Heartbeat: o.Heartbeat, Retry: o.Retry, Lifetime: o.Lifetime, WriteTimeout: o.WriteTimeout,
		Delivered: m.delivered.Inc, Resumed: m.countResumed, Ended: m.countEnded, Log: p.log,
	})
	refused := func(reason string) { m.countRefused("", reason) }
	p.conns = newConnTable(p.guard.descriptors, o.ClientIP.OfPeer, o.StreamsPerAddress, refused, p.log)
	p.http = httpServer(p.routes(confirmer{o.Orders, p.gate, p.countConfirmed(m), o.Devices.DeviceName, p.log}, m.handler()), p.conns, newServerLog(p.log, refused))
	return p, nil
}

// Run serves on l until ctx ends, which is nil; an error says why the server failed. The
// functions beside run as long as the Pod does.
//
// It stops in the order that loses nothing: streams are ended while orders still come in
// and go out; then no more orders are taken, and those that were taken are recorded.
func (p *Pod) Run(ctx context.Context, l net.Listener, beside ...func(context.Context) error) error {
	defer p.hub.Wait()
	var running sync.WaitGroup
	defer running.Wait()
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1) // of a part that must not end before live does
	for name, run := range p.parts(beside) {
		running.Go(func() { reportEnd(live, ended, name, run(live)) })
	}
	if p.poller != nil {
		l = limitAccepts(l)
	}
	running.Go(func() { reportEnd(live, ended, "the HTTP server", p.http.Serve(l)) })
	defer p.http.Close()
	p.log.Info("listening on " + p.opts.Scheme + "://" + l.Addr().String())

	taking, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	took := make(chan struct{})
	running.Go(func() {
		defer close(took)
		p.takeOrders(taking)
		reportEnd(taking, ended, "what takes orders in", nil)
	})
	running.Go(func() { // beside the former, since both may wait for a Redis that hangs
		p.presence.Run(taking)
		reportEnd(taking, ended, "the list of devices", nil)
	})
	select {
	case err := <-ended: // without that part, devices would connect again and again, or hear nothing
		return err
	case <-ctx.Done():
	}
	p.shed()
	cancel()
	<-took
	p.end()
	return nil
}

// reportEnd reports that a part of the server has ended, if ctx has not.
func reportEnd(ctx context.Context, ended chan<- error, name string, err error) {
	if ctx.Err() != nil {
		return
	}
	select {
	case ended <- fmt.Errorf("%s ended (%w)", name, cmp.Or(err, errUnasked)):
	default: // another part was earlier
	}
}

var errUnasked = errors.New("nobody asked it to")

// parts returns what runs as long as the pod does, by its name in an error.
func (p *Pod) parts(beside []func(context.Context) error) map[string]func(context.Context) error {
	parts := map[string]func(context.Context) error{
		"what follows revocations": func(ctx context.Context) error { return p.revocations.Run(ctx, p.hints) },
		"what keeps revocations":   p.backup.Run,
		"the clock's comparison":   p.clock.Run,
		"the comparison of keys":   p.ring.Run,
		"the count of tokens":      p.holders.Run,
		"escalation":               p.escalator.Run,
		"the list of refusals":     p.refusals.Run,
		"what returns memory":      func(ctx context.Context) error { returnMemory(ctx); return nil },
		"what follows the marts":   func(ctx context.Context) error { return p.follower.Run(ctx, p.deliver, p.lost) },
	}
	if p.poller != nil {
		parts["the poller of streams"] = p.poller.Run
	}
	for i, run := range beside {
		parts[fmt.Sprint("what watches the key files, ", i)] = run
	}
	return parts
}

// takeOrders records the orders of the topic and of the intake stream until ctx ends and
// those that were taken are recorded.
func (p *Pod) takeOrders(ctx context.Context) {
	recording, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() { _ = p.intake.Run(recording) })
	var ways sync.WaitGroup
	defer ways.Wait()
	ways.Go(func() { _ = p.consumer.Run(ctx, p.intake.TakeEntries) })
	_ = p.topic.Run(ctx, p.intake.Take)
}

// shed refuses new streams and ends those that are here, spread over the drain window:
// the other pods get the devices little by little.
func (p *Pod) shed() {
	p.hub.Refuse()
	p.log.Info("asked to stop: ending every stream", "streams", p.hub.Len(), "within", p.opts.Drain)
	tick := time.NewTicker(shedEvery)
	defer tick.Stop()
	all, ticks := p.hub.Len(), max(int(p.opts.Drain/shedEvery), 1)
	for left := ticks - 1; p.hub.Len() > 0; left-- {
		stay := all * max(left, 0) / ticks
		p.hub.Shed(max(p.hub.Len()-stay, 0))
		<-tick.C
	}
}

// end waits for the last streams and requests, and cuts off those that take too long.
func (p *Pod) end() {
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	if err := errors.Join(p.streams.Wait(ctx), p.http.Shutdown(ctx)); err != nil {
		p.log.Warn("some devices did not end in time: cutting them off", "err", err)
		return
	}
	p.log.Info("every stream ended")
}

// deliver hands an event to the devices of its mart that are connected here.
func (p *Pod) deliver(e order.Event) {
	if p.isStaleTest(e) { // this server was away from Redis
		return
	}
	frame, err := sse.EventFrame(wire.OrderEvent, e)
	if err != nil {
		p.log.Error("event cannot be sent", "mart", e.Mart, "order", e.Order, "err", err)
		return
	}
	if frame.Text != nil { // a kind that only newer servers know has none
		p.hub.Publish(e.Mart, frame)
		p.metrics.delivery.Observe(p.since(e.At).Seconds())
	}
}

// lost ends the streams of a mart. This pod may have missed events; the devices reconnect,
// here or at another pod, and each reads from the log what it has missed.
func (p *Pod) lost(mart order.MartID) {
	p.lostLog.Do(func() {
		p.log.Warn("events may be missing here: devices are sent to read the log again", "mart", mart)
	})
	p.hub.Close(mart, wire.ByeDrain)
}

func (p *Pod) ready() error {
	if p.hub.Refuses() {
		return errors.New("stopping")
	}
	return cmp.Or(p.follower.Ready(), p.ring.Ready())
}
