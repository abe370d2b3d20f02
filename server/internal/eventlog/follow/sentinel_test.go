package follow

import (
	"fmt"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

func TestAFailoverBySentinelsLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	sentinel := redistest.StartSentinel(t)
	r, other := run(t, sentinel.URL()), open(t, sentinel.URL())
	r.watch(t, "42")
	r.until(t, true)
	var want []order.Event
	for i := range 10 {
		e, _ := put(t, other, "42", fmt.Sprint("before-", i), "PUBLISH")
		want = append(want, e)
	}
	// What the replica does not have yet is lost with the master.
	if n, err := other.client.Do(t.Context(), "WAIT", 1, 2000).Int(); n != 1 || err != nil {
		t.Fatalf("%d replicas have the log, %v", n, err)
	}
	old := sentinel.KillMaster()
	sentinel.AwaitOther(old)
	within(t, patience, "nothing can be recorded", func() bool {
		return other.client.Set(t.Context(), "key", "value", 0).Err() == nil
	})
	for i := range 10 {
		e, _ := put(t, other, "42", fmt.Sprint("after-", i), "PUBLISH")
		want = append(want, e)
	}
	r.wants(t, want...)
	r.until(t, true)
	r.watch(t, "42")
	old.Restart() // and becomes a replica
	r.wantsNothing(t, "42")
	r.wantsNoLoss(t)
}
