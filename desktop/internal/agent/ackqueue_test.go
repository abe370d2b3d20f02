package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

// An ackQueueTest is an ackQueue at work in a synctest bubble, and what it sent.
type ackQueueTest struct {
	orders *orders.Store
	wake   chan struct{}
	start  time.Time
	fail   map[order.OrderID]error
	mu     sync.Mutex      // of what follows
	sent   []order.OrderID // and tried to send
	at     []time.Duration // after start
}

// sending runs an ackQueue with these confirmed orders until the test ends.
func sending(t *testing.T, fail map[order.OrderID]error, numbers ...order.OrderID) *ackQueueTest {
	t.Helper()
	b, err := orders.Open(filepath.Join(t.TempDir(), "orders.log"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	o := &ackQueueTest{orders: b, wake: make(chan struct{}, 1), start: time.Now(), fail: fail}
	for _, number := range numbers {
		o.confirm(number)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		(&ackQueue{orders: b, mart: "42", send: o.send, sent: func() {}, wake: o.wake, log: slog.New(slog.DiscardHandler)}).run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done; _ = b.Close() })
	return o
}

func (o *ackQueueTest) confirm(number order.OrderID) {
	o.orders.Take(order.Event{Mart: "42", Order: number, Kind: order.Placed, At: time.Now()})
	o.orders.Confirm(orders.Key{Mart: "42", Order: number}, "PC", time.Now())
	time.Sleep(time.Millisecond) // by the bubble's clock: the next order is confirmed later
}

func (o *ackQueueTest) send(_ context.Context, number order.OrderID) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent, o.at = append(o.sent, number), append(o.at, time.Since(o.start))
	return o.fail[number]
}

// tried returns what was sent so far, while more may be sent.
func (o *ackQueueTest) tried() []order.OrderID {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.sent)
}

func TestAcksAreSentInTheirOrderAndOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, nil, "3", "1", "2")
		time.Sleep(time.Hour)
		synctest.Wait()
		o.confirm("4")
		o.wake <- struct{}{}
		synctest.Wait()
		if want := []order.OrderID{"3", "1", "2", "4"}; !slices.Equal(o.sent, want) || o.orders.Unsent("42") != nil {
			t.Errorf("sent %v, want %v", o.sent, want)
		}
	})
}

func TestInAnOutageTheWaitDoublesUpToHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, map[order.OrderID]error{"1": errors.New("away")}, "1", "2")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		want := firstAckRetry
		for i := 1; i < len(o.at); i++ {
			if wait := o.at[i] - o.at[i-1]; wait < want/2 || wait > want {
				t.Errorf("attempt %d came after %v, want %v or down to half of it", i, wait, want)
			}
			want = min(2*want, lastAckRetry)
		}
		if len(o.at) < 20 || slices.Contains(o.sent, "2") {
			t.Errorf("tried %v", o.sent)
		}
		o.fail = nil
		o.wake <- struct{}{} // the server is back
		synctest.Wait()
		if rest := o.orders.Unsent("42"); rest != nil {
			t.Errorf("still unsent: %v", rest)
		}
		o.fail = map[order.OrderID]error{"3": errors.New("away")}
		o.confirm("3")
		before := len(o.at)
		o.wake <- struct{}{}
		time.Sleep(firstAckRetry + time.Millisecond)
		synctest.Wait()
		if len(o.at) != before+2 {
			t.Errorf("tried %d times in the first second of the next outage", len(o.at)-before)
		}
	})
}

func TestAnAckThatTheServerWillNeverTakeIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, map[order.OrderID]error{"1": fmt.Errorf("no such mart: %w", client.ErrPointless)}, "1", "2")
		synctest.Wait()
		if want := []order.OrderID{"1", "2"}; !slices.Equal(o.sent, want) || o.orders.Unsent("42") != nil {
			t.Errorf("tried %v, want %v", o.sent, want)
		}
	})
}

func TestAnAckThatTheServerCannotTakeDoesNotHoldUpTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ill := fmt.Errorf("500: %w", client.ErrLater)
		o := sending(t, map[order.OrderID]error{"1": ill, "3": ill}, "1", "2", "3", "4")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if rest, sent := o.orders.Unsent("42"), o.tried(); len(rest) != 2 || !slices.Contains(sent, "2") || !slices.Contains(sent, "4") {
			t.Errorf("still unsent: %v", rest)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		o.mu.Lock()
		if n := len(o.at); n > 50 || o.at[n-1] < 10*time.Minute-lastAckRetry {
			t.Errorf("tried %d times, last after %v", n, o.at[n-1])
		}
		o.mu.Unlock()
		o.confirm("5")
		before := len(o.tried())
		o.wake <- struct{}{}
		synctest.Wait()
		if sent := o.tried(); sent[before] != "5" {
			t.Errorf("a new one came after %v", sent[before:])
		}
		o.mu.Lock()
		delete(o.fail, "3") // while 1 stays ill
		o.mu.Unlock()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if rest := o.orders.Unsent("42"); len(rest) != 1 || rest[0].Order != "1" {
			t.Errorf("still unsent: %v", rest)
		}
	})
}
