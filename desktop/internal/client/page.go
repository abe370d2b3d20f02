package client

import (
	"encoding/json"
	"errors"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// What is wrong with an answer that came whole.
var (
	errGarbage = errors.New("the answer is not an order server's: check the server address or the network's login page / " +
		"주문 서버의 응답이 아닙니다: 서버 주소나 인터넷 로그인을 확인하세요")
	errRepeats = errors.New("the server repeats itself, and later orders do not arrive: tell whoever runs it / " +
		"서버가 같은 주문만 되풀이합니다: 서버 관리자에게 알리세요")
)

// A page is what came of a poll that was answered.
type page struct {
	moved bool // it ends behind the page before
	more  bool // the server has the next page ready
	took  time.Duration
}

// pause is how long to wait before the next poll, which goes the way w. Who has not
// moved and was answered at once would only be told the same again. random is in [0,1).
func (p page) pause(w way, random float64) time.Duration {
	switch {
	case p.more, w == byStream:
		return 0
	case w == byLongPoll && (p.moved || p.took >= shortPause):
		return 0
	}
	return jitter(shortPause, random)
}

// open hands over the events that body has after an ID, then where they end.
func (p *poller) open(body []byte, after order.ID, got *page) error {
	polled, err := parsePolled(body)
	if err != nil {
		return err
	}
	for _, e := range polled.Events {
		p.take(e.Event, e.ID, string(e.Data))
	}
	if polled.Last != after && canSendBack(polled.Last) {
		p.Position(polled.Last)
	}
	got.more, got.moved = polled.More, polled.Last.Compare(p.last) > 0
	p.last = polled.Last
	if got.more && !got.moved {
		return errRepeats
	}
	return nil
}

// parsePolled reads an answer. A field of a wrong type leaves that field empty: it must
// not cost the events beside it.
func parsePolled(body []byte) (wire.Polled, error) {
	var polled wire.Polled
	err := json.Unmarshal(body, &polled)
	var wrong *json.UnmarshalTypeError
	if (err != nil && !errors.As(err, &wrong)) || polled.Events == nil {
		return wire.Polled{}, errGarbage
	}
	return polled, nil
}
