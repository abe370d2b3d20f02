package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/door"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/httperror"
	"jumun/server/internal/hub"
	"jumun/server/internal/ingest"
	"jumun/server/internal/sse"
	"jumun/server/internal/sse/netpoll"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// endTimeout is what the last bye of every stream may take, once all of them were asked
// to end.
const endTimeout = 2 * time.Second

// shedEvery is how often some devices are let go while a pod drains: often enough that
// those who come back do not come in bursts.
const shedEvery = 50 * time.Millisecond

// A pod is one server: orders in, through the log, out to the devices that are connected.
type pod struct {
	scheme string // of its URLs
	event  string
	drain  time.Duration
	orders *eventlog.Log
	topic  *eventlog.Topic
	inflow *eventlog.Inflow
	intake *ingest.Intake
	hub    *hub.Hub
	out    *sse.Handler
	lot    *netpoll.Lot // of quiet streams; nil: this system has none
	http   *http.Server

	devices     *devices.Roster
	gate        *auth.Gate
	pairings    *pairing.Pairings
	presence    *presence
	revocations *revocations
	hints       *eventlog.Topic // of revocations

	log     *slog.Logger
	lostLog rate.Sometimes // a Redis that went away is lost for thousands of marts at once
}

func newPod(c *serveCommand, redis string, keys func() *token.Keys, log *slog.Logger) (*pod, error) {
	orders, err := openLog(redis, c.options(), log)
	if err != nil {
		return nil, err
	}
	devices, err := devices.Open(redis, devices.Options{StreamLife: 2 * c.Lifetime}, log)
	if err != nil {
		return nil, errors.Join(badAddress(err), orders.Close())
	}
	p := &pod{event: c.Event, scheme: c.scheme(), drain: c.Drain, orders: orders, topic: orders.Topic(c.Topic), inflow: orders.Inflow(c.Intake), log: log}
	p.lostLog = rate.Sometimes{First: 3, Interval: 10 * time.Second}
	p.hub = hub.New(c.Queue, hub.Hooks{Watch: orders.Watch, Unwatch: orders.Unwatch, Heard: orders.Heard})
	m := newMetrics(p.hub.Devices, orders.Ready, orders.Foreign)
	p.admit(c, keys, devices, m)
	p.intake = ingest.New(ingest.Options{Record: orders.Record, May: mayPublish, Count: m.countOrder, CountMalformed: m.countMalformed, Log: log})
	if p.lot, err = newLot(c); err != nil {
		return nil, errors.Join(err, orders.Close(), devices.Close())
	}
	p.out = sse.New(sse.Options{
		Draining: p.hub.Refuses, Enter: p.enter, Head: orders.Head, Join: p.joinPoll, Lot: p.lot, Page: page(orders.Page), Expires: expires, Event: c.Event, Heartbeat: c.Heartbeat, Retry: c.Retry, Lifetime: c.Lifetime,
		WriteTimeout: c.WriteTimeout, Delivered: m.delivered.Inc, Resumed: m.countResumed, Ended: m.countEnded, Log: log,
	})
	p.http = httpServer(p.routes(p.out, acknowledger{orders.Ack, log}, m.handler()), log)
	return p, nil
}

// newLot returns a lot for quiet streams, or nil where there can be none.
func newLot(c *serveCommand) (*netpoll.Lot, error) {
	lot, err := netpoll.New(netpoll.Options{
		Heartbeat: c.Heartbeat, Beat: sse.Heartbeat, WriteTimeout: c.WriteTimeout, Room: c.Queue, Last: sse.ByeTimeout,
	})
	if errors.Is(err, netpoll.ErrUnsupported) {
		return nil, nil
	}
	return lot, err
}

// close lets go of Redis, once run is done.
func (p *pod) close() {
	_ = p.orders.Close() // nothing can be done about a connection that does not close
	_ = p.devices.Close()
}

// run serves on l until ctx ends. Then it stops in the order that loses nothing: streams
// are ended while orders still come in and go out, then no more orders in and those taken
// recorded, then Redis let go.
func (p *pod) run(ctx context.Context, l net.Listener, beside ...runner) error {
	defer p.hub.Wait()
	var hearing sync.WaitGroup
	defer hearing.Wait()
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	for _, run := range beside {
		hearing.Go(func() { _ = run(live) })
	}
	hearing.Go(func() { _ = p.revocations.run(live, p.hints) })
	hearing.Go(func() { p.presence.run(live) })
	hearing.Go(func() { rest(live) })
	if p.lot != nil {
		hearing.Go(func() { _ = p.lot.Run(live) })
	}
	hearing.Go(func() { _ = p.orders.Run(live, p.deliver, p.lost) })

	if d, err := p.openDoor(l); err == nil {
		l = d
		hearing.Go(func() { _ = d.Run(live) })
	}
	served := make(chan error, 1)
	hearing.Go(func() { served <- p.http.Serve(l) })
	defer p.http.Close()
	p.log.Info("listening on " + p.scheme + "://" + l.Addr().String())

	taking, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	took := make(chan struct{})
	hearing.Go(func() { defer close(took); p.take(taking) })
	select {
	case err := <-served:
		return advise(fmt.Errorf("the server failed (%w)", err), "start it again", "서버를 다시 시작하세요")
	case <-ctx.Done():
	}
	p.shed()
	cancel()
	<-took
	p.end()
	return nil
}

// openDoor has streams let in the short way, where there is one.
func (p *pod) openDoor(l net.Listener) (*door.Door, error) {
	if p.lot == nil {
		return nil, door.ErrUnsupported
	}
	prefix, suffix, _ := strings.Cut(wire.EventsPattern, "{mart}")
	return door.Open(l, door.Options{Streams: p.http.Handler, Prefix: prefix, Suffix: suffix, Full: httperror.NotReady, Log: p.log})
}

// take has orders from the topic and the intake stream recorded, until ctx ends and
// those taken are recorded.
func (p *pod) take(ctx context.Context) {
	recording, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() { _ = p.intake.Run(recording) })
	var ways sync.WaitGroup
	defer ways.Wait()
	ways.Go(func() { _ = p.inflow.Run(ctx, p.intake.TakeEntries) })
	_ = p.topic.Run(ctx, p.intake.Take, nil)
}

// shed refuses new devices and lets go of those that are here, spread over the drain
// window: the other pods get them little by little.
func (p *pod) shed() {
	p.hub.Refuse()
	p.log.Info("asked to stop: ending every stream", "streams", p.hub.Devices(), "within", p.drain)
	tick := time.NewTicker(shedEvery)
	defer tick.Stop()
	all, ticks := p.hub.Devices(), max(int(p.drain/shedEvery), 1)
	for left := ticks - 1; p.hub.Devices() > 0; left-- {
		stay := all * max(left, 0) / ticks
		p.hub.Shed(max(p.hub.Devices()-stay, 0))
		<-tick.C
	}
}

// end waits for the last streams and requests, and cuts off those that take too long.
func (p *pod) end() {
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	if err := errors.Join(p.out.Wait(ctx), p.http.Shutdown(ctx)); err != nil {
		p.log.Warn("some devices did not end in time: cutting them off", "err", err)
		return
	}
	p.log.Info("every stream ended")
}

// deliver brings an event to the devices of its mart.
func (p *pod) deliver(e order.Event) {
	frame, err := sse.EventFrame(p.event, e)
	if err != nil {
		p.log.Error("event cannot be sent", "mart", e.Mart, "order", e.Order, "err", err)
		return
	}
	if frame.Text != nil { // else its kind is for devices of newer servers
		p.hub.Publish(e.Mart, frame)
	}
}

// lost has the devices of a mart come again, here or elsewhere: this pod may have missed
// something, and the log tells each of them what.
func (p *pod) lost(mart order.MartID) {
	p.lostLog.Do(func() {
		p.log.Warn("events may be missing here: devices are sent to read the log again", "mart", mart)
	})
	p.hub.Close(mart, wire.ByeDrain)
}

func (p *pod) ready() error {
	if p.hub.Refuses() {
		return errors.New("stopping")
	}
	return p.orders.Ready()
}
