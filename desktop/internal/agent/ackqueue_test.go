package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// An ackQueueTest is an ackQueue at work in a synctest bubble, and what it sent.
type ackQueueTest struct {
	orders *orders.Store
	wake   chan struct{}
	start  time.Time

	mu       sync.Mutex // of what follows
	fail     error      // of every request
	outcomes map[order.OrderID]string
	late     bool                 // nothing can be taken back any more
	tooLate  []order.ID           // of which people were told
	sent     []string             // the requests: the numbers of each, and "back" before one that was taken back
	at       []time.Duration      // of the requests, after start
	during   func(request string) // called while a request is on its way
}

// sending runs an ackQueue with these confirmed orders until the test ends.
func sending(t *testing.T, prepare func(*ackQueueTest), numbers ...order.OrderID) *ackQueueTest {
	t.Helper()
	b, err := orders.Open(filepath.Join(t.TempDir(), "orders.log"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	o := &ackQueueTest{orders: b, wake: make(chan struct{}, 1), start: time.Now(), outcomes: map[order.OrderID]string{}}
	if prepare != nil {
		prepare(o)
	}
	for _, number := range numbers {
		o.confirm(number)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		(&ackQueue{orders: b, mart: "42", sender: o, sent: func() {}, tooLate: func(a orders.Ack) { o.tooLate = append(o.tooLate, a.ID) },
			wake: o.wake, log: slog.New(slog.DiscardHandler)}).run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done; _ = b.Close() })
	return o
}

func idOf(number order.OrderID) order.ID { return order.ID("1" + number + "-0") }

func keyOf(number order.OrderID) orders.Key { return orders.Key{Mart: "42", ID: idOf(number)} }

func (o *ackQueueTest) confirm(number order.OrderID) {
	o.orders.Take(order.Event{ID: idOf(number), Mart: "42", Order: number, Kind: order.Placed, At: time.Now()})
	o.orders.Confirm(keyOf(number), "PC", time.Now())
	time.Sleep(time.Millisecond) // by the bubble's clock: the next order is confirmed later
}

func (o *ackQueueTest) Acknowledge(_ context.Context, acks []wire.AckOf) ([]string, error) {
	var numbers, outcomes []string
	for _, a := range acks {
		numbers = append(numbers, string(a.OrderID))
	}
	err := o.requested(strings.Join(numbers, " "))
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, a := range acks {
		switch outcome, set := o.outcomes[a.OrderID]; {
		case err != nil:
			outcomes = append(outcomes, "")
		case set:
			outcomes = append(outcomes, outcome)
		default:
			outcomes = append(outcomes, wire.OutcomeConfirmed)
		}
	}
	return outcomes, err
}

func (o *ackQueueTest) Reopen(_ context.Context, a wire.AckOf) error {
	if err := o.requested("back " + string(a.OrderID)); err != nil || !o.late {
		return err
	}
	return fmt.Errorf("409: %w", client.ErrTooLate)
}

func (o *ackQueueTest) requested(what string) error {
	o.mu.Lock()
	o.sent, o.at = append(o.sent, what), append(o.at, time.Since(o.start))
	during, err := o.during, o.fail
	o.mu.Unlock()
	if during != nil {
		during(what)
	}
	return err
}

// requests returns what was sent so far, while more may be sent.
func (o *ackQueueTest) requests() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.sent)
}

func (o *ackQueueTest) set(change func()) { o.mu.Lock(); defer o.mu.Unlock(); change() }

func TestAcksAreSentTogetherInTheirOrderAndOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, nil, "3", "1", "2")
		time.Sleep(time.Hour)
		synctest.Wait()
		o.confirm("4")
		o.wake <- struct{}{}
		synctest.Wait()
		if want := []string{"3 1 2", "4"}; !slices.Equal(o.sent, want) || o.orders.Unsent("42") != nil {
			t.Errorf("sent %q, want %q", o.sent, want)
		}
	})
}

func TestARequestHasNoMoreAcksThanTheServerTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var numbers []order.OrderID
		for n := range wire.MaxAcks + 1 {
			numbers = append(numbers, order.OrderID(fmt.Sprint(n)))
		}
		o := sending(t, nil, numbers...)
		synctest.Wait()
		if len(o.sent) != 2 || len(strings.Fields(o.sent[0])) != wire.MaxAcks || o.orders.Unsent("42") != nil {
			t.Errorf("sent %q", o.sent)
		}
	})
}

func TestInAnOutageTheWaitDoublesUpToHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, func(o *ackQueueTest) { o.fail = errors.New("away") }, "1")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		want := firstAckRetry
		for i := 1; i < len(o.at); i++ {
			if wait := o.at[i] - o.at[i-1]; wait < want/2 || wait > want {
				t.Errorf("attempt %d came after %v, want %v or down to half of it", i, wait, want)
			}
			want = min(2*want, lastAckRetry)
		}
		if len(o.at) < 20 {
			t.Errorf("tried %q", o.sent)
		}
		o.set(func() { o.fail = nil })
		o.wake <- struct{}{} // the server is back
		synctest.Wait()
		if rest := o.orders.Unsent("42"); rest != nil {
			t.Errorf("still unsent: %v", rest)
		}
	})
}

func TestAServerThatAsksForAWaitIsNotAskedEarlier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, func(o *ackQueueTest) { o.fail = fmt.Errorf("429: %w", &client.TooManyError{Wait: 50 * time.Second}) }, "1")
		synctest.Wait()
		o.wake <- struct{}{}
		time.Sleep(49 * time.Second)
		synctest.Wait()
		if n := len(o.requests()); n != 1 {
			t.Errorf("asked %d times", n)
		}
		o.set(func() { o.fail = nil })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if rest := o.orders.Unsent("42"); rest != nil {
			t.Errorf("still unsent: %v", rest)
		}
	})
}

func TestEachOutcomeIsHandledByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, func(o *ackQueueTest) {
			o.outcomes = map[order.OrderID]string{"1": wire.OutcomeLater, "2": wire.OutcomeUnknown, "3": wire.OutcomeAlready, "4": client.OutcomeRefused, "5": ""}
		}, "1", "2", "3", "4", "5", "6")
		synctest.Wait()
		var rest []order.OrderID
		for _, a := range o.orders.Unsent("42") {
			rest = append(rest, a.Order)
		}
		if !slices.Equal(rest, []order.OrderID{"1", "5"}) {
			t.Errorf("still unsent: %v", rest)
		}
		o.set(func() { clear(o.outcomes) })
		time.Sleep(firstAckRetry)
		synctest.Wait()
		if sent := o.requests(); !slices.Equal(sent, []string{"1 2 3 4 5 6", "1 5"}) || o.orders.Unsent("42") != nil {
			t.Errorf("sent %q", sent)
		}
	})
}

func TestARequestThatTheServerCannotTakeDoesNotHoldUpTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var numbers []order.OrderID
		for n := range 2 * wire.MaxAcks {
			numbers = append(numbers, order.OrderID(fmt.Sprint(n)))
		}
		o := sending(t, func(o *ackQueueTest) { o.fail = fmt.Errorf("500: %w", client.ErrLater) }, numbers...)
		synctest.Wait()
		if sent := o.requests(); len(sent) != 2 {
			t.Errorf("%d requests", len(sent))
		}
	})
}

func TestWhatWasTakenBackIsSentAndAnAckThatIsOnItsWayIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, func(o *ackQueueTest) {
			o.during = func(what string) {
				if what == "1 2" {
					o.orders.Reopen(keyOf("1"))
				}
			}
		}, "1", "2")
		synctest.Wait()
		o.wake <- struct{}{} // as the agent does
		synctest.Wait()
		if sent := o.requests(); !slices.Equal(sent, []string{"1 2", "back 1"}) || o.orders.Unsent("42") != nil || len(o.orders.Open()) != 1 {
			t.Errorf("sent %q, open %v", sent, o.orders.Open())
		}
	})
}

func TestWhatWasNotSentIsTakenBackWithoutTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, nil)
		synctest.Wait()
		o.orders.Take(order.Event{ID: idOf("1"), Mart: "42", Order: "1", Kind: order.Placed, At: time.Now()})
		o.orders.Confirm(keyOf("1"), "PC", time.Now())
		o.orders.Reopen(keyOf("1"))
		o.wake <- struct{}{}
		synctest.Wait()
		if len(o.sent) > 0 || len(o.orders.Open()) != 1 {
			t.Errorf("sent %q", o.sent)
		}
	})
}

func TestPeopleAreToldWhatTheServerDoesNotTakeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sending(t, nil, "1")
		synctest.Wait()
		o.set(func() { o.late = true })
		o.orders.Reopen(keyOf("1"))
		o.wake <- struct{}{}
		synctest.Wait()
		if !slices.Equal(o.tooLate, []order.ID{idOf("1")}) || len(o.orders.Open()) != 1 || o.orders.Unsent("42") != nil {
			t.Errorf("told %v, open %v, unsent %v", o.tooLate, o.orders.Open(), o.orders.Unsent("42"))
		}
	})
}
