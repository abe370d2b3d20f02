package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// officeDuration is how long the card of a test alarm of the head office waits for a person: nobody has asked for it here, so
// somebody may have to come from the kitchen.
const officeDuration = time.Minute

// An officeTest is a test alarm that the head office has sent: the sound of a new order, once, and a card. It sounds at any
// hour: stores are tested before they open. It never takes anything from an order. The zero officeTest is none.
type officeTest struct {
	id    order.ID  // of its event
	until time.Time // the card stays, and the sound may begin, until then
	due   bool      // the sound was not played yet
	read  bool      // a person has pressed the button: the card is gone
	busy  bool      // orders came: it ended
}

// StartOfficeTest begins a test alarm of the head office, in place of any other one. It returns why it makes no sound:
// wire.TestBusy, and then it has no card either, or wire.PresenceMuted; "" if it does.
func (d *Decider) StartOfficeTest(id order.ID, now time.Time) (why string) {
	if d.ordersShow(now) {
		d.office = officeTest{id: id, busy: true}
		return wire.TestBusy
	}
	d.EndTest()
	d.office = officeTest{id: id, until: now.Add(officeDuration), due: !d.paused(now)}
	if !d.office.due {
		return wire.PresenceMuted
	}
	d.preview, d.speaker.retryAt = nil, time.Time{}
	return ""
}

// ReadOfficeTest removes the card of the test alarm of the head office. Its sound goes on to its end.
func (d *Decider) ReadOfficeTest() { d.office.read = true }

// OfficeTest reports whether the sound of the test alarm of the head office may still come, and whether the test gave way to
// orders.
func (d *Decider) OfficeTest(now time.Time) (due, busy bool) {
	return d.office.sounds(now), d.office.busy
}

func (o officeTest) sounds(at time.Time) bool { return o.due && !o.busy && at.Before(o.until) }

// ordersShow reports whether orders ring or pop up at a moment.
func (d *Decider) ordersShow(at time.Time) bool {
	return d.ordersRing(at) || len(d.open) > 0 && !d.hidden(at)
}

// officeCards returns the card of the test alarm of the head office, if there is one.
func (d *Decider) officeCards(at time.Time) []ipc.Card {
	if o := d.office; o.read || o.busy || !at.Before(o.until) {
		return nil
	}
	return []ipc.Card{{Key: ipc.Key{Mart: d.settings.Mart, ID: d.office.id, Kind: ipc.CardOffice}, At: d.office.until.Add(-officeDuration), MartName: d.settings.ShopName()}}
}
