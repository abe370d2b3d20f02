package follow

import (
	"fmt"
	"sync"
	"testing"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

func (r *running) wantsHead(t *testing.T, mart order.MartID, want order.ID) {
	t.Helper()
	if got, ok := r.Head(mart); !ok || got != want {
		t.Errorf("the head of %s is %s, %v; want %s", mart, got, ok, want)
	}
}

func TestTheHeadIsWhereTheLogStandsWhileItIsHeard(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		r := run(t, url)
		before, _ := must(t, r.Follower, "42", "1")
		if got, ok := r.Head("42"); ok {
			t.Errorf("nobody watches it, and its head is %s", got)
		}
		r.watch(t, "42")
		r.wantsHead(t, "42", before.ID)
		r.watch(t, "43")
		r.wantsHead(t, "43", eventlog.Beginning)
		live, _ := must(t, r.Follower, "42", "2")
		r.wants(t, live)
		r.wantsHead(t, "42", live.ID)
		r.Unwatch("42")
		if got, ok := r.Head("42"); ok {
			t.Errorf("nobody watches it any more, and its head is %s", got)
		}
	})
}

func TestThereIsNoHeadWhileRedisIsAwayAndThenItIsTheNewest(t *testing.T) {
	redis := redistest.Start(t, "--appendonly", "yes")
	r := run(t, redis.URL())
	r.watch(t, "42")
	r.until(t, true)
	redis.Kill()
	r.untilDeaf(t)
	if got, ok := r.Head("42"); ok {
		t.Errorf("nothing is heard, and the head is %s", got)
	}
	redis.Restart()
	other := open(t, redis.URL())
	until(t, "Redis is back", func() bool {
		_, _, err := other.events.Record(t.Context(), order.Placement{Mart: "42", Order: "1"})
		return err == nil
	})
	r.watch(t, "42")
	r.wantsHead(t, "42", r.next(t).ID)
}

func TestARepeatPutsTheHeadInDoubtUntilItIsCleared(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	r.watch(t, "42")
	first, message := put(t, r.Follower, "42", "1", "PUBLISH")
	r.wants(t, first)
	for range 2 { // the log is asked about the first one alone
		if _, err := r.Follower.events.Publish(t.Context(), eventlog.Channel("42"), []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "the head is in doubt", func() bool { _, ok := r.Head("42"); return !ok })
	next, _ := must(t, r.Follower, "42", "2")
	r.wants(t, next)
	r.wantsHead(t, "42", next.ID)
}

// A device that is there from now on does not get what was delivered before: so none of
// that may follow the head it is told.
func TestNothingThatWasDeliveredBeforeFollowsTheHead(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	r.watch(t, "42")
	const orders = 500
	var recording sync.WaitGroup
	defer recording.Wait()
	recording.Go(func() {
		for i := range orders {
			must(t, r.Follower, "42", order.OrderID(fmt.Sprint(i)))
		}
	})
	for range orders {
		before := r.next(t).ID
		if head, ok := r.Head("42"); !ok || head.Compare(before) < 0 {
			t.Fatalf("the head is %s, %v, though %s was delivered", head, ok, before)
		}
	}
}
