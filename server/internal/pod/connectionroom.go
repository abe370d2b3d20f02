package pod

import (
	"container/list"
	"net"
	"time"
)

const (
	// strangerGrace is what a new connection has to show a token, when descriptors are short.
	strangerGrace = time.Second
	// fromOneAddress is the reason, in the metric of refused requests, of a connection beyond what one
	// address may have, and crowdedOut that of one that was closed for want of descriptors.
	fromOneAddress, crowdedOut = "connections", "crowded"
)

// makeRoom closes connections that the server can do without. A few of each kind stay, and of the
// fresh ones those that have just come, as long as they take less than half of the room: devices come
// together, after a failure of the network.
func (t *connTable) makeRoom() {
	few, many := t.streams/16, t.streams/2
	for t.asked.Len() > few {
		t.endOldest(&t.asked)
	}
	for n := t.fresh.Len(); n > few; n = t.fresh.Len() {
		if oldest := t.fresh.Front().Value.(*tracked); n <= many && time.Since(oldest.since) < strangerGrace {
			break
		}
		t.endOldest(&t.fresh)
	}
	for t.idle.Len() > few {
		t.endOldest(&t.idle)
	}
}

// endOldest closes the oldest connection of the first list that has one.
func (t *connTable) endOldest(lists ...*list.List) {
	for _, l := range lists {
		if oldest := l.Front(); oldest != nil {
			t.end(oldest.Value.(*tracked), crowdedOut)
			return
		}
	}
}

// end closes a connection.
func (t *connTable) end(c *tracked, reason string) {
	t.remove(c)
	_ = bare(c.Conn).Close()
	t.refused(reason)
	t.seldom.Do(func() {
		t.log.Warn("connections are closed, so that strangers leave room for devices", "reason", reason, "address", c.RemoteAddr().String(), "limit", t.limit)
	})
}

// bare returns the TCP connection below TLS. To close a TLS connection may take long: it says goodbye.
func bare(c net.Conn) net.Conn {
	if over, ok := c.(interface{ NetConn() net.Conn }); ok {
		return over.NetConn()
	}
	return c
}
