package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// OutcomeRefused is the outcome of an acknowledgement that the server will never take.
const OutcomeRefused = "refused"

// Acknowledge tells the server which orders were confirmed on Device: at most wire.MaxAcks. It
// returns an outcome for each: of package wire, or OutcomeRefused. One that is empty or
// wire.OutcomeLater has to be sent again; the error says why, if it is known. Acknowledge gives up
// after 15 s. It is safe for concurrent use, also while Run runs. While Run waits because the token
// was revoked, Acknowledge fails without a request.
func (f *Client) Acknowledge(ctx context.Context, acks []wire.AckOf) (outcomes []string, err error) {
	if f.revoked.Load() {
		return make([]string, len(acks)), fmt.Errorf("confirm orders: %w", errRevoked)
	}
	if !f.oldAcks.Load() {
		outcomes, err = f.acknowledgeAll(ctx, acks)
	}
	if f.oldAcks.Load() {
		outcomes, err = f.acknowledgeEach(ctx, acks)
	}
	if err != nil {
		err = fmt.Errorf("confirm orders: %w", err)
	}
	return outcomes, err
}

// acknowledgeAll sends acks in one request. If the server refuses the request, one of them is why:
// then they are sent in two halves.
func (f *Client) acknowledgeAll(ctx context.Context, acks []wire.AckOf) ([]string, error) {
	outcomes := make([]string, len(acks))
	var answer wire.AcksAnswer
	err := f.post(ctx, wire.AcksPath(f.Mart), wire.Acks{Acks: acks, Device: f.Device}, func(res *http.Response) (err error) {
		answer, err = readAcks(res)
		return err
	})
	switch {
	case errors.Is(err, errNoSuchPath):
		f.oldAcks.Store(true)
		return outcomes, err
	case errors.Is(err, ErrPointless) && len(acks) > 1:
		half := len(acks) / 2
		first, firstErr := f.acknowledgeAll(ctx, acks[:half])
		second, secondErr := f.acknowledgeAll(ctx, acks[half:])
		return slices.Concat(first, second), errors.Join(firstErr, secondErr)
	case errors.Is(err, ErrPointless):
		return []string{OutcomeRefused}, nil
	}
	for i, a := range acks {
		at := slices.IndexFunc(answer.Acks, func(o wire.AckOutcome) bool { return o.ID == a.ID })
		if at >= 0 {
			outcomes[i] = answer.Acks[at].Outcome
		}
	}
	return outcomes, err
}

// acknowledgeEach sends each of acks by its number, as a server of before wants it.
func (f *Client) acknowledgeEach(ctx context.Context, acks []wire.AckOf) (outcomes []string, problems error) {
	outcomes = make([]string, len(acks))
	for i, a := range acks {
		err := f.acknowledgeNumber(ctx, a.OrderID)
		switch {
		case err == nil:
			outcomes[i] = wire.OutcomeConfirmed
		case errors.Is(err, ErrPointless):
			outcomes[i] = OutcomeRefused
		case errors.Is(err, ErrLater):
			problems = err
		default:
			return outcomes, err
		}
	}
	return outcomes, problems
}

func (f *Client) acknowledgeNumber(ctx context.Context, number order.OrderID) error {
	if _, err := order.ParseMartID(string(number)); err != nil { // it has what does not survive in a path
		return fmt.Errorf("order %s: the server is too old to be told of this number: %w", number, ErrLater)
	}
	return f.post(ctx, wire.AckPath(f.Mart, number), wire.Acknowledgement{Device: f.Device}, func(res *http.Response) error {
		if res.StatusCode == http.StatusNoContent {
			return nil
		}
		return refusalIn(res)
	})
}

func readAcks(res *http.Response) (answer wire.AcksAnswer, err error) {
	if res.StatusCode != http.StatusOK || mediaType(res) != "application/json" {
		return answer, refusalIn(res)
	}
	body, err := readBody(res, maxAnswer)
	if err != nil {
		return answer, err
	}
	if json.Unmarshal(body, &answer) != nil {
		return answer, errNotServer
	}
	return answer, nil
}

// Reopen takes the confirmation of an order back. ErrTooLate means that the server does not do that
// any more. It is like Acknowledge in all else.
func (f *Client) Reopen(ctx context.Context, o wire.AckOf) error {
	if f.revoked.Load() {
		return fmt.Errorf("take a confirmation back: %w", errRevoked)
	}
	body := wire.Reopen{ID: o.ID, OrderID: o.OrderID, Device: f.Device}
	err := f.post(ctx, wire.ReopenPath(f.Mart), body, func(res *http.Response) error {
		if res.StatusCode == http.StatusNoContent {
			return nil
		}
		return refusalIn(res)
	})
	if errors.Is(err, errNoSuchPath) || errors.Is(err, ErrPointless) { // a server of before has no such thing
		err = fmt.Errorf("%w: %w", err, ErrTooLate)
	}
	return err
}

// refusalIn returns why a server does not take a confirmation, or does not take it back. Only our
// server's own problem document can make that final: a page that something else on the way answers
// with, whatever its status, must not lose a confirmation. 401 and 403 are not final: a person may
// pair this PC again.
func refusalIn(res *http.Response) error {
	p, err := problem(res)
	switch p.Type {
	case wire.ProblemMalformed, wire.ProblemMartID, wire.ProblemOrderID, wire.ProblemTooLarge, wire.ProblemNoTest, wire.ProblemFull:
		return fmt.Errorf("%w: %w", err, ErrPointless)
	case wire.ProblemNoSuchPath:
		return fmt.Errorf("%w: %w", err, errNoSuchPath)
	case wire.ProblemTooLate:
		return ErrTooLate
	}
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		return &TooManyError{Wait: min(retryAfter(res.Header.Get("Retry-After"), time.Now()), maxRetryAfter)}
	case res.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("%w: %w", err, ErrLater)
	}
	return err
}
