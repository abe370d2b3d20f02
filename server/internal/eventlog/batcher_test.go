package eventlog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// counted counts the pipelines of a client, and their commands.
type counted struct{ pipelines, commands, longest atomic.Int64 }

func (c *counted) DialHook(next redis.DialHook) redis.DialHook          { return next }
func (c *counted) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }
func (c *counted) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		n := int64(len(cmds))
		c.pipelines.Add(1)
		c.commands.Add(n)
		for was := c.longest.Load(); n > was && !c.longest.CompareAndSwap(was, n); was = c.longest.Load() {
		}
		return next(ctx, cmds)
	}
}

func count(l *Log) *counted {
	c := new(counted)
	l.client.AddHook(c)
	return c
}

// hold occupies all pipelines until release is called, so that calls wait.
func hold(t *testing.T, p *batcher) (release func()) {
	t.Helper()
	q, err := p.queue(t.Context(), LogKey("42"))
	if err != nil {
		t.Fatal(err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running += maxPipelines
	return sync.OnceFunc(func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.running -= maxPipelines - 1
		q.sending.Go(q.sendAll)
	})
}

// untilWaiting blocks until so many callers wait for a pipeline.
func untilWaiting(t *testing.T, p *batcher, callers int) {
	t.Helper()
	q, err := p.queue(t.Context(), LogKey("42"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, fmt.Sprint(callers, " wait"), func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return len(q.waiting) == callers
	})
}

func TestCallsThatWaitShareAPipelineOfLimitedLength(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		const callers = 3*maxCommands - 10
		l := open(t, url, Options{})
		must(t, l, "42", "first") // so that Redis knows the script
		for i := range callers {
			l.listed.needs(order.MartID(fmt.Sprint(i)), time.Now())
		}
		c, release := count(l), hold(t, l.changes)
		var done sync.WaitGroup
		for i := range callers {
			done.Go(func() {
				p := order.Placement{Mart: order.MartID(fmt.Sprint(i)), Order: order.OrderID(fmt.Sprint(i))}
				if e, duplicate, err := l.Record(t.Context(), p); err != nil || duplicate || e.Order != p.Order || e.ID == "" {
					t.Errorf("%d: %+v, %v, %v", i, e, duplicate, err)
				}
			})
		}
		untilWaiting(t, l.changes, callers)
		release()
		done.Wait()
		if c.pipelines.Load() != 3 || c.longest.Load() != maxCommands {
			t.Errorf("%d pipelines, the longest of %d commands", c.pipelines.Load(), c.longest.Load())
		}
		for i := range callers {
			mart := order.MartID(fmt.Sprint(i))
			if events := stored(t, l, mart); len(events) == 0 || events[len(events)-1].Order != order.OrderID(fmt.Sprint(i)) {
				t.Fatalf("mart %s has %+v", mart, events)
			}
		}
	})
}

func TestAnErrorOfOneCommandReachesOnlyItsCaller(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		must(t, l, "42", "1")
		l.client.Set(t.Context(), LogKey("broken"), "no log", 0)
		release, releasePages := hold(t, l.changes), hold(t, l.pages)
		var done sync.WaitGroup
		for _, mart := range []order.MartID{"broken", "42", "43"} {
			done.Go(func() {
				_, _, err := l.Record(t.Context(), order.Placement{Mart: mart, Order: "2"})
				if (err != nil) != (mart == "broken") {
					t.Errorf("recording for %s: %v", mart, err)
				}
			})
			done.Go(func() {
				_, err := l.Page(t.Context(), mart, Beginning, 9)
				if (err != nil) != (mart == "broken") {
					t.Errorf("reading %s: %v", mart, err)
				}
			})
		}
		untilWaiting(t, l.changes, 3)
		untilWaiting(t, l.pages, 3)
		release()
		releasePages()
		done.Wait()
	})
}

func TestACallerThatGivesUpWhileItWaitsReturnsAtOnceAndDoesNotAffectOthers(t *testing.T) {
	l := open(t, redistest.Start(t).URL(), Options{})
	release := hold(t, l.changes)
	ctx, cancel := context.WithCancel(t.Context())
	var impatient, patient sync.WaitGroup
	for i := range 20 {
		impatient.Go(func() {
			_, _, err := l.Record(ctx, order.Placement{Mart: "42", Order: order.OrderID(fmt.Sprint("impatient", i))})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("a caller that gave up got %v", err)
			}
		})
	}
	untilWaiting(t, l.changes, 20)
	for i := range 5 {
		patient.Go(func() { must(t, l, "42", order.OrderID(fmt.Sprint("patient", i))) })
	}
	untilWaiting(t, l.changes, 25)
	cancel()
	impatient.Wait()
	release()
	patient.Wait()
	if events := stored(t, l, "42"); len(events) != 5 {
		t.Errorf("%d orders were recorded, want the 5 of the callers that waited", len(events))
	}
}

// untilRunning blocks until so many pipelines run to the node of mart 42, and no call waits.
func untilRunning(t *testing.T, p *batcher, pipelines int) {
	t.Helper()
	q, err := p.queue(t.Context(), LogKey("42"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, fmt.Sprint(pipelines, " run"), func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return q.running == pipelines && len(q.waiting) == 0
	})
}

func TestACallerThatGivesUpDuringAPipelineReturnsAtOnce(t *testing.T) {
	redis := redistest.Start(t)
	l := open(t, redis.URL(), Options{})
	redis.Freeze()
	defer redis.Thaw()
	ctx, cancel := context.WithCancel(t.Context())
	returned := make(chan error)
	go func() {
		_, err := l.Page(ctx, "42", "", 1)
		returned <- err
	}()
	untilRunning(t, l.pages, 1)
	cancel()
	if err := <-returned; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAPipelineToARedisThatHangsEnds(t *testing.T) {
	redis := redistest.Start(t)
	l := open(t, redis.URL(), Options{})
	must(t, l, "42", "1")
	redis.Freeze()
	started := time.Now()
	if _, _, err := l.Record(t.Context(), order.Placement{Mart: "42", Order: "2"}); err == nil || time.Since(started) > patience {
		t.Errorf("%v, after %v", err, time.Since(started))
	}
	redis.Thaw()
	must(t, l, "42", "3")
}

func TestACallerGetsAnErrorAtOnceWhenTooManyWait(t *testing.T) {
	l := open(t, redistest.Start(t).URL(), Options{})
	release := hold(t, l.pages)
	q, _ := l.pages.queue(t.Context(), LogKey("42"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	q.mu.Lock()
	for range maxWaiting {
		q.waiting = append(q.waiting, &call{ctx: gone})
	}
	q.mu.Unlock()
	if _, err := l.Page(t.Context(), "42", "", 1); !errors.Is(err, errBusy) {
		t.Errorf("got %v", err)
	}
	release()
	until(t, "no call waits", func() bool {
		_, err := l.Page(t.Context(), "42", "", 1)
		return err == nil
	})
}

func TestPagesWaitAMomentForOthersAndOrdersDoNot(t *testing.T) {
	l := open(t, redistest.Start(t).URL(), Options{})
	must(t, l, "42", "1")
	c := count(l)
	started, pages := time.Now(), 50
	for range pages {
		if _, err := l.Page(t.Context(), "42", "1-0", 1); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(started); took < time.Duration(pages-1)*pageInterval/maxPipelines {
		t.Errorf("pages that come one after another do not wait for others: %v", took)
	}
	q, _ := l.changes.queue(t.Context(), LogKey("42"))
	before := c.pipelines.Load()
	for i := range 20 {
		must(t, l, "42", order.OrderID(fmt.Sprint("order", i)))
	}
	if n := c.pipelines.Load() - before; n != 20 || !q.lastSent.IsZero() {
		t.Errorf("20 orders, one after another, took %d pipelines", n)
	}
}

func TestOrdersOfOneCallerKeepTheirOrderAmongMany(t *testing.T) {
	l := open(t, redistest.Start(t).URL(), Options{})
	var callers sync.WaitGroup
	for c := range 50 {
		callers.Go(func() {
			for i := range 40 {
				must(t, l, order.MartID(fmt.Sprint(c)), order.OrderID(fmt.Sprint(i)))
			}
		})
	}
	callers.Wait()
	for c := range 50 {
		for i, e := range stored(t, l, order.MartID(fmt.Sprint(c))) {
			if e.Order != order.OrderID(fmt.Sprint(i)) {
				t.Fatalf("event %d of mart %d is %s", i, c, e.Order)
			}
		}
	}
}

func TestANodeThatHangsDelaysOnlyItsOwnMarts(t *testing.T) {
	cluster := redistest.StartCluster(t)
	l := open(t, cluster.URL(), Options{})
	const hung = order.MartID("42")
	node, other := cluster.Node(LogKey(hung)), order.MartID("")
	for i := 0; other == ""; i++ {
		if mart := order.MartID(fmt.Sprint(i)); cluster.Node(LogKey(mart)) != node {
			other = mart
		}
	}
	must(t, l, hung, "1")
	must(t, l, other, "1")
	node.Freeze()
	defer node.Thaw()
	ctx, cancel := context.WithCancel(t.Context())
	var stuck sync.WaitGroup
	defer stuck.Wait()
	defer cancel()
	for i := range maxPipelines {
		stuck.Go(func() { _, _, _ = l.Record(ctx, order.Placement{Mart: hung, Order: "2"}) })
		untilRunning(t, l.changes, i+1)
	}
	started := time.Now()
	for i := range 10 {
		must(t, l, other, order.OrderID(fmt.Sprint("more", i)))
	}
	if took := time.Since(started); took > time.Second {
		t.Errorf("the other node's marts took %v", took)
	}
}

func TestAPageOfAFewOrdersTakesOneRoundTrip(t *testing.T) {
	l := open(t, redistest.Start(t).URL(), Options{})
	ids := history(t, l)
	c := count(l)
	tests := []struct {
		name   string
		after  order.ID
		events string
	}{
		{"nothing follows", ids[7], ""},
		{"three events follow", ids[4], "!e /d !f"},
		{"what follows is confirmed", ids[0], "b !c /b d !e /d !f"},
		{"from the beginning", Beginning, "!a b !c /b d !e /d !f"},
	}
	for _, tt := range tests {
		before := c.pipelines.Load()
		if got := brief(page(t, l, tt.after, 9)); got != tt.events || c.pipelines.Load() != before+1 {
			t.Errorf("%s: %q, in %d round trips", tt.name, got, c.pipelines.Load()-before)
		}
	}
}

func TestAPageMarksConfirmedOrdersThoughMoreAreOpenThanOneReadReturns(t *testing.T) {
	l := open(t, redistest.Start(t).URL(), Options{})
	for i := range 2 * maxOpenRead {
		must(t, l, "42", order.OrderID(fmt.Sprint(i)))
	}
	mustAck(t, l, "42", "100", "")
	got := page(t, l, Beginning, 1000)
	for _, e := range got.Events {
		if e.Kind == order.Placed && e.Confirmed != (e.Order == "100") {
			t.Errorf("%s is said to be confirmed: %v", e.Order, e.Confirmed)
		}
	}
}
