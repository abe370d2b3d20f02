package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/hub"
	"jumun/server/intake"
	"jumun/server/orderlog"
	"jumun/server/stream"
	"jumun/shared/order"
)

// endTimeout is what streams get to end by themselves. With the two seconds that the
// intake may take, a pod is gone within the 5 s that we promise.
const endTimeout = 2 * time.Second

// A pod is one server: orders in, through the log, out to the devices that are connected.
type pod struct {
	event    string
	orders   *orderlog.Log
	topic    *orderlog.Topic
	intake   *intake.Intake
	hub      *hub.Hub
	http     *http.Server
	log      *slog.Logger
	stopping atomic.Bool
}

func newPod(c *serveCommand, orders *orderlog.Log, log *slog.Logger) *pod {
	p := &pod{event: c.Event, orders: orders, topic: orders.Topic(c.Topic), log: log}
	p.hub = hub.New(c.Queue, hub.Hooks{Watch: orders.Watch, Unwatch: orders.Unwatch, Hears: orders.Hears})
	m := newMetrics(p.hub.Devices, orders.Ready)
	p.intake = intake.New(intake.Options{Record: orders.Record, Count: m.countOrder, CountMalformed: m.countMalformed, Log: log})
	events := stream.New(stream.Options{
		Join: join(p.hub), Heartbeat: c.Heartbeat, Retry: c.Retry, WriteTimeout: c.WriteTimeout,
		Delivered: m.delivered.Inc, Ended: m.countEnded, Log: log,
	})
	p.http = httpServer(routes(events, m.handler(), p.ready), log)
	return p
}

// run serves on l until ctx ends. Then it stops in the order that loses nothing: no more
// orders in, those taken recorded and delivered, then streams ended, then Redis let go.
func (p *pod) run(ctx context.Context, l net.Listener) error {
	var hearing sync.WaitGroup
	defer hearing.Wait()
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	hearing.Go(func() { _ = p.orders.Run(live, p.deliver) })

	served := make(chan error, 1)
	hearing.Go(func() { served <- p.http.Serve(l) })
	defer p.http.Close()
	p.log.Info("listening on http://" + l.Addr().String())

	taking, cancel := context.WithCancel(ctx)
	defer cancel()
	took := make(chan struct{})
	hearing.Go(func() { defer close(took); p.take(taking) })
	select {
	case err := <-served:
		return advise(fmt.Errorf("the server failed (%w)", err), "start it again", "서버를 다시 시작하세요")
	case <-ctx.Done():
	}
	p.stopping.Store(true)
	p.log.Info("asked to stop: ending every stream", "streams", p.hub.Devices())
	<-took
	p.end(ctx)
	return nil
}

// take has orders from the topic recorded, until ctx ends and those taken are recorded.
func (p *pod) take(ctx context.Context) {
	recording, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() { _ = p.intake.Run(recording) })
	_ = p.topic.Run(ctx, p.intake.Take)
}

// end says bye to every device, and cuts off those that do not take it.
func (p *pod) end(ctx context.Context) {
	p.hub.Drain()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	if err := p.http.Shutdown(ctx); err != nil {
		p.log.Warn("some devices did not end in time: cutting them off", "err", err)
		return
	}
	p.log.Info("every stream ended")
}

// deliver brings an event to the devices of its mart. Kinds that this server does not
// know are for devices of newer ones.
func (p *pod) deliver(e order.Event) {
	if e.Kind != order.Placed {
		return
	}
	frame, err := stream.OrderFrame(p.event, e)
	if err != nil {
		p.log.Error("event cannot be sent", "mart", e.Mart, "order", e.Order, "err", err)
		return
	}
	p.hub.Publish(e.Mart, frame)
}

func (p *pod) ready() error {
	if p.stopping.Load() {
		return errors.New("stopping")
	}
	return p.orders.Ready()
}
