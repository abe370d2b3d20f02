package client

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
)

func TestAnOrderThatCannotBeReadIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			say(w, hello, placed("6-0", "42", "a"),
				"event: order\nid: 7-0\ndata: {\"martId\":\"42\",\"orderId\":{\"v\":2}}\n\n",
				"event: order\nid: 8-0\ndata: not JSON\n\n",
				placed("9-0", "43", "other"), "event: ack\nid: 10-0\ndata: not JSON\n\n", placed("11-0", "42", "b"))
			beat(w, r)
		}, nil)
		s.wantConnected(t, time.Second)
		s.wantCalls(t, "position 5-0", "order a 6-0", "unreadable 7-0", "unreadable 8-0", "order b 11-0")
	})
}

func TestTheEventsOfAPageAreHandedOverTogetherAndAGapInItsPlace(t *testing.T) {
	var handed []int
	f := Client{Mart: "42", Events: func(read []order.Event) { handed = append(handed, len(read)) }, Gap: func() { handed = append(handed, 0) }}
	p := poller{eventHandler: eventHandler{reader: &reader{Client: f.withDefaults()}}}
	const a, b = `{"event":"order","id":"6-0","data":{"martId":"42","orderId":"a"}}`, `{"event":"gap","data":{}}`
	var got page
	if err := p.open([]byte(`{"events":[`+a+`,`+a+`,`+b+`,`+a+`,`+a+`,`+a+`],"last":"6-0"}`), "", &got); err != nil {
		t.Fatal(err)
	}
	if len(handed) != 3 || handed[0] != 2 || handed[1] != 0 || handed[2] != 3 {
		t.Errorf("handed over: %v", handed)
	}
}
