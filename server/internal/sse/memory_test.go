package sse

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"jumun/server/internal/hub"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A memory stands for the log and the hub: one mart's log, and its subscribers. It answers pages
// as the log does. It is safe for concurrent use.
type memory struct {
	moment  func(string) // called, without the lock, before and after what a stream asks for
	perPage int          // events on a page at most
	queue   int          // frames that may wait for a subscriber

	mu          sync.Mutex
	log         []order.Event
	trimmed     int // how many events at the front of log were trimmed
	subscribers map[*subscriber]bool
	asked       []order.ID // of Page
	head        order.ID   // of Head
	failing     error      // of Page
	deaf        error      // of Join
	draining    bool
	void        bool // nobody may hear the mart any more

	expires time.Time // when the token of every device ends; zero: never
}

func newMemory(events int) *memory {
	m := &memory{moment: func(string) {}, perPage: 1024, queue: 64, subscribers: make(map[*subscriber]bool)}
	for range events {
		m.record()
	}
	return m
}

// record appends the next order to the log, without publishing it.
func (m *memory) record() order.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.log) + 1
	e := order.Event{ID: nth(n), Mart: "42", Order: order.OrderID(fmt.Sprint(n)), Kind: order.Placed, At: time.UnixMilli(int64(n)).UTC()}
	m.log = append(m.log, e)
	return e
}

func nth(n int) order.ID { return order.ID(fmt.Sprintf("%d-0", n)) }

// publish hands the nth event to the subscribers, as the hub does.
func (m *memory) publish(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	frame, _ := EventFrame("order", m.log[n-1])
	if m.head != "" {
		m.head = frame.ID
	}
	for d := range m.subscribers {
		if !d.take(frame) {
			m.close(d, wire.ByeSlow)
		}
	}
}

// happen records and publishes the next order.
func (m *memory) happen() {
	e := m.record()
	m.publish(int(e.At.UnixMilli()))
}

func (m *memory) shed(why string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for d := range m.subscribers {
		m.close(d, why)
	}
}

// drain makes the server stop.
func (m *memory) drain() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.draining = true
}

func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failing = err
}

// revoke revokes every device of the mart.
func (m *memory) revoke() {
	m.mu.Lock()
	m.void = true
	m.mu.Unlock()
	m.shed(wire.ByeRevoked)
}

// endWhenLive ends every stream once it has caught up.
func (m *memory) endWhenLive() {
	m.moment = func(what string) {
		if what == "live" {
			m.shed(wire.ByeDrain)
		}
	}
}

func (m *memory) close(d *subscriber, why string) {
	if !m.subscribers[d] {
		return // it left
	}
	delete(m.subscribers, d)
	d.reason = why
	d.wake()
	if d.to != nil {
		d.to.OnEnd(why)
	}
}

func (m *memory) joined() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.subscribers)
}

func (m *memory) Page(ctx context.Context, _ order.MartID, after order.ID, limit int) (order.Page, error) {
	m.moment("before a page")
	defer m.moment("after a page")
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, after)
	if m.void {
		return order.Page{}, fmt.Errorf("page: %w", hub.ErrRevoked)
	}
	if m.failing != nil {
		return order.Page{}, m.failing
	}
	from := slices.IndexFunc(m.log, func(e order.Event) bool { return e.ID == after }) + 1
	gap := after != "" && after != "0-0" && from == 0 || after != "" && from < m.trimmed
	from = max(from, m.trimmed)
	to := min(len(m.log), from+min(limit, m.perPage))
	page := order.Page{Events: slices.Clone(m.log[from:to]), Last: cmp.Or(after, "0-0"), More: to < len(m.log), Gap: gap}
	if gap {
		page.Last = ""
	}
	if gap && m.trimmed < len(m.log) {
		page.Oldest = m.log[m.trimmed].ID
	}
	if to > 0 {
		page.Last = m.log[to-1].ID
	}
	return page, ctx.Err()
}

// Head returns the last ID of the log, if head was set.
func (m *memory) Head(order.MartID) (last order.ID, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.head, m.head != ""
}

func (m *memory) Join(ctx context.Context, _ order.MartID) (Subscriber, error) {
	m.moment("before joining")
	defer m.moment("after joining")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.void {
		return nil, fmt.Errorf("join: %w", hub.ErrRevoked)
	}
	if m.draining {
		return nil, fmt.Errorf("join: %w", hub.ErrDraining)
	}
	if m.deaf != nil {
		return nil, m.deaf
	}
	d := &subscriber{memory: m, ready: make(chan struct{}, 1)}
	m.subscribers[d] = true
	return d, nil
}

func (m *memory) isDraining() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.draining
}

// A subscriber does as hub.Subscriber does.
type subscriber struct {
	memory *memory
	frames []wire.Frame
	ready  chan struct{} // room for one
	reason string
	to     hub.Receiver // in place of frames, after Hand
}

func (d *subscriber) take(frame wire.Frame) bool {
	if d.to != nil {
		return d.to.Take(frame)
	}
	if len(d.frames) >= d.memory.queue {
		return false
	}
	d.frames = append(d.frames, frame)
	d.wake()
	return true
}

func (d *subscriber) wake() {
	select {
	case d.ready <- struct{}{}:
	default:
	}
}

func (d *subscriber) Ready() <-chan struct{} { d.memory.moment("live"); return d.ready }

func (d *subscriber) Next() (frame wire.Frame, ok bool) {
	d.memory.mu.Lock()
	defer d.memory.mu.Unlock()
	if len(d.frames) > 0 {
		frame, ok, d.frames = d.frames[0], true, d.frames[1:]
	}
	if len(d.frames) > 0 || d.reason != "" {
		d.wake()
	}
	return frame, ok
}

func (d *subscriber) Closed() string {
	d.memory.mu.Lock()
	defer d.memory.mu.Unlock()
	return d.reason
}

// Hand does as hub.Subscriber does. The stream is live then.
func (d *subscriber) Hand(to hub.Receiver) {
	d.memory.moment("before handing over")
	d.hand(to)
	d.memory.moment("live")
}

func (d *subscriber) hand(to hub.Receiver) {
	d.memory.mu.Lock()
	defer d.memory.mu.Unlock()
	d.to = to
	for d.reason != wire.ByeRevoked && len(d.frames) > 0 {
		frame := d.frames[0]
		if d.frames = d.frames[1:]; !to.Take(frame) {
			d.memory.close(d, wire.ByeSlow)
			return
		}
	}
	if d.reason != "" {
		to.OnEnd(d.reason)
	}
}

func (d *subscriber) Close(why string) {
	d.memory.mu.Lock()
	defer d.memory.mu.Unlock()
	d.memory.close(d, why)
}

func (d *subscriber) Leave() {
	d.memory.mu.Lock()
	defer d.memory.mu.Unlock()
	delete(d.memory.subscribers, d)
}
