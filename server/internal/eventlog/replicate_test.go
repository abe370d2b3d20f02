package eventlog

import (
	"fmt"
	"net"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// replicated is a Redis with one replica that has caught up.
func replicated(t *testing.T) (primary, replica *redistest.Redis) {
	t.Helper()
	primary = redistest.Start(t, "--repl-diskless-sync-delay", "0")
	host, port, _ := net.SplitHostPort(primary.Addr())
	replica = redistest.Start(t, "--replicaof", host+" "+port)
	l := open(t, primary.URL(), Options{})
	for l.client.Do(t.Context(), "WAIT", 1, 100).Val() != int64(1) {
	}
	return primary, replica
}

func TestAnOrderCountsOnceAReplicaHasIt(t *testing.T) {
	primary, replica := replicated(t)
	l, other := open(t, primary.URL(), Options{Replicas: 1}), open(t, replica.URL(), Options{})
	for i := range 100 {
		number := order.OrderID(fmt.Sprint(i))
		e, _ := must(t, l, "42", number)
		if got := other.client.Get(t.Context(), seenKey("42", number)).Val(); got != string(e.ID) {
			t.Fatalf("the replica has %q, want %q", got, e.ID)
		}
	}
	acked := mustAck(t, l, "42", "1", "카운터")
	if events := stored(t, other, "42"); events[len(events)-1].ID != acked.ID {
		t.Errorf("the replica has %+v, want %+v", events[len(events)-1], acked)
	}
}

func TestAnOrderDoesNotCountWithoutAReplicaAndNeitherDoItsRepeats(t *testing.T) {
	primary, replica := replicated(t)
	placement := order.Placement{Mart: "42", Order: "1001"}
	replica.Freeze()
	for range 2 { // recorded, and a repeat; each on a connection of its own
		l := open(t, primary.URL(), Options{Replicas: 1, replicateWithin: 100 * time.Millisecond})
		if e, duplicate, err := l.Record(t.Context(), placement); err == nil {
			t.Errorf("recorded as %+v, duplicate %v, though no replica has it", e, duplicate)
		}
		if _, err := l.Ack(t.Context(), "42", "1000", ""); err == nil {
			t.Error("acked though no replica has it")
		}
	}
	replica.Thaw()
	l := open(t, primary.URL(), Options{Replicas: 1})
	if e, duplicate, err := l.Record(t.Context(), placement); err != nil || !duplicate || e.ID == "" {
		t.Errorf("once the replica is back: %+v, %v, %v", e, duplicate, err)
	}
}

// Redis promises to wait for what a connection wrote, and no more.
func TestARepeatWritesSoThatThereIsSomethingToWaitFor(t *testing.T) {
	primary, _ := replicated(t)
	l := open(t, primary.URL(), Options{Replicas: 1})
	key := seenKey("42", "1001")
	must(t, l, "42", "1001")
	watching := l.client.Subscribe(t.Context(), "__keyspace@0__:"+key)
	defer watching.Close()
	l.client.ConfigSet(t.Context(), "notify-keyspace-events", "KA")
	if _, err := watching.Receive(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, duplicate := must(t, l, "42", "1001"); !duplicate {
		t.Error("recorded twice")
	}
	if said, err := watching.ReceiveTimeout(t.Context(), patience); err != nil {
		t.Errorf("a repeat wrote nothing: %v", err)
	} else if l.client.TTL(t.Context(), key).Val() <= 0 {
		t.Errorf("%v, and the order is known for ever", said)
	}
}

func TestARedisWithoutReplicasRecordsNothingForGoodWhenOneIsRequired(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{Replicas: 1, replicateWithin: 100 * time.Millisecond})
		if _, _, err := l.Record(t.Context(), order.Placement{Mart: "42", Order: "1001"}); err == nil {
			t.Error("no error")
		}
	})
}

func TestOnAClusterReplicasAreAskedOfTheMartsNode(t *testing.T) {
	l := onCluster(t)
	l.opts.Replicas, l.opts.replicateWithin = 1, 100*time.Millisecond
	if _, _, err := l.Record(t.Context(), order.Placement{Mart: "42", Order: "1001"}); err == nil {
		t.Error("recorded though there is no replica")
	}
	l.opts.Replicas = 0
	if _, duplicate := must(t, l, "42", "1001"); !duplicate {
		t.Error("the script did not run")
	}
}
