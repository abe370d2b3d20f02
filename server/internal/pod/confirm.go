package pod

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// maxConfirmation is the longest body, in bytes: wire.MaxAcks orders with the longest numbers.
	maxConfirmation = 128 << 10
	// confirmTimeout covers both sides: a body that does not come, and a Redis that does not
	// answer. The device keeps the confirmation and sends it again.
	confirmTimeout = 5 * time.Second
)

// A confirmer serves what a person does about an order on a device: confirm it, or take that back.
type confirmer struct {
	orders *eventlog.Log
	gate   *auth.Gate
	count  func(order.ID) // counts that the order with this event was confirmed
	named  func(ctx context.Context, mart order.MartID, device string) (string, error)
	log    *slog.Logger
}

// A confirmation is a request about the orders of one mart, by the device called by.
type confirmation struct {
	mart order.MartID
	body []byte
	by   string
}

// read reads a request, or answers why it cannot.
func (c confirmer) read(w http.ResponseWriter, r *http.Request) (in confirmation, ok bool) {
	if r.Method != http.MethodPost {
		httperror.Method(w, http.MethodPost)
		return in, false
	}
	var err error
	if in.mart, err = order.ParseMartID(r.PathValue("mart")); err != nil {
		httperror.MartID(w, err)
		return in, false
	}
	if in.body, err = httperror.ReadBody(w, r, maxConfirmation, confirmTimeout); err != nil {
		httperror.Malformed(w, err)
		return in, false
	}
	if len(in.body) > maxConfirmation {
		httperror.TooLarge(w, fmt.Errorf("the body has more than the %d bytes allowed", maxConfirmation))
		return in, false
	}
	if in.by, err = c.deviceName(r.Context(), in.mart, in.body); err != nil {
		httperror.Malformed(w, err)
		return in, false
	}
	return in, true
}

// deviceName returns the name of the device as an administrator gave it, or else as it was paired, or else as the body says it.
// The body may be empty.
func (c confirmer) deviceName(ctx context.Context, mart order.MartID, body []byte) (string, error) {
	g := auth.From(ctx)
	var a wire.Acknowledgement
	if len(body) > 0 && json.Unmarshal(body, &a) != nil {
		return "", errors.New(`the body is not {"device":"…"}`)
	}
	name, err := c.named(ctx, mart, g.Holder())
	if err != nil { // what a person did counts without it
		c.log.Debug("the name of a device cannot be read", "mart", mart, "err", err)
	}
	if name != "" {
		return name, nil
	}
	if g.Name != "" {
		return g.Name, nil
	}
	return order.Line(a.Device, order.MaxName), nil
}

// acks serves wire.AcksPattern.
func (c confirmer) acks(w http.ResponseWriter, r *http.Request) {
	in, ok := c.read(w, r)
	if !ok {
		return
	}
	acks, err := parseAcks(in.body)
	if err != nil {
		httperror.Malformed(w, err)
		return
	}
	if !c.gate.TakeConfirmations(w, r, len(acks)) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), confirmTimeout)
	defer cancel()
	outcomes, err := c.orders.AckAll(ctx, in.mart, acks, in.by)
	if err != nil {
		c.log.Debug("confirmations not taken", "mart", in.mart, "err", err)
	}
	answer := wire.AcksAnswer{Acks: make([]wire.AckOutcome, len(acks))}
	for i, a := range acks {
		answer.Acks[i] = wire.AckOutcome{ID: a.ID, Outcome: outcomes[i]}
		if outcomes[i] == wire.OutcomeConfirmed {
			c.count(a.ID)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(answer) // the client may be gone
}

func parseAcks(body []byte) ([]wire.AckOf, error) {
	var a wire.Acks
	if json.Unmarshal(body, &a) != nil {
		return nil, errors.New(`the body is not {"acks":[{"id":"…","orderId":"…"}]}`)
	}
	if n := len(a.Acks); n == 0 || n > wire.MaxAcks {
		return nil, fmt.Errorf("the body has %d acks, 1 to %d are allowed", n, wire.MaxAcks)
	}
	for _, one := range a.Acks {
		if err := checkAck(one); err != nil {
			return nil, err
		}
	}
	return a.Acks, nil
}

func checkAck(a wire.AckOf) error {
	if _, err := order.ParseID(string(a.ID)); err != nil {
		return err
	}
	_, err := order.ParseOrderID(string(a.OrderID))
	return err
}

// reopen serves wire.ReopenPattern.
func (c confirmer) reopen(w http.ResponseWriter, r *http.Request) {
	in, ok := c.read(w, r)
	if !ok {
		return
	}
	var of wire.AckOf
	if json.Unmarshal(in.body, &of) != nil || checkAck(of) != nil {
		httperror.Malformed(w, errors.New(`the body is not {"id":"…","orderId":"…"}`))
		return
	}
	if !c.gate.TakeConfirmations(w, r, 1) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), confirmTimeout)
	defer cancel()
	err := c.orders.Reopen(ctx, in.mart, of, in.by)
	if errors.Is(err, eventlog.ErrTooLate) {
		httperror.TooLate(w)
		return
	}
	c.done(w, in.mart, err)
}

// ackNumber serves wire.AckPattern, for devices that know no IDs. It answers 204 only once the log
// has the ack.
func (c confirmer) ackNumber(w http.ResponseWriter, r *http.Request) {
	in, ok := c.read(w, r)
	if !ok {
		return
	}
	number, err := order.ParseOrderID(r.PathValue("order"))
	if err != nil {
		httperror.OrderID(w, err)
		return
	}
	if !c.gate.TakeConfirmations(w, r, 1) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), confirmTimeout)
	defer cancel()
	e, err := c.orders.Ack(ctx, in.mart, number, in.by)
	if err == nil && e.By != "" {
		c.count(e.Of)
	}
	c.done(w, in.mart, err)
}

func (c confirmer) done(w http.ResponseWriter, mart order.MartID, err error) {
	if err != nil {
		c.log.Debug("what a person did was not recorded", "mart", mart, "err", err)
		httperror.NotReady(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
