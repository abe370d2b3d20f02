package pod

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// maxAcknowledgement is the longest body, in bytes: far more than the name of a device needs.
	maxAcknowledgement = 4 << 10
	// acknowledgeTimeout covers both sides: a body that does not come, and a Redis that
	// does not answer. The device keeps the acknowledgement and sends it again.
	acknowledgeTimeout = 5 * time.Second
)

// An acknowledger serves the acknowledgements of devices.
type acknowledger struct {
	ack func(ctx context.Context, mart order.MartID, number order.OrderID, by string) (order.Event, error)
	log *slog.Logger
}

// ServeHTTP serves wire.AckPattern. It answers 204 only once the log has the acknowledgement.
func (a acknowledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		httperror.Method(w, http.MethodPost)
		return
	}
	mart, err := order.ParseMartID(r.PathValue("mart"))
	if err != nil {
		httperror.MartID(w, err)
		return
	}
	number, err := order.ParseOrderID(r.PathValue("order"))
	if err != nil {
		httperror.OrderID(w, err)
		return
	}
	by, err := deviceIn(w, r)
	if err != nil {
		httperror.Malformed(w, err)
		return
	}
	if name := auth.From(r.Context()).Name; name != "" {
		by = name // what the device was paired as, not what it says
	}
	a.take(w, r, mart, number, by)
}

func (a acknowledger) take(w http.ResponseWriter, r *http.Request, mart order.MartID, number order.OrderID, by string) {
	ctx, cancel := context.WithTimeout(r.Context(), acknowledgeTimeout)
	defer cancel()
	if _, err := a.ack(ctx, mart, number, by); err != nil {
		a.log.Debug("confirmation not taken", "mart", mart, "order", number, "err", err)
		httperror.NotReady(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// deviceIn returns the name of the device in the body of r; the body may be empty.
func deviceIn(w http.ResponseWriter, r *http.Request) (string, error) {
	body, err := httperror.ReadBody(w, r, maxAcknowledgement, acknowledgeTimeout)
	switch {
	case err != nil:
		return "", err
	case len(body) > maxAcknowledgement:
		return "", errors.New("the body is too long for the name of a device")
	case len(body) == 0:
		return "", nil
	}
	var a wire.Acknowledgement
	if json.Unmarshal(body, &a) != nil {
		return "", errors.New(`the body is not {"device":"…"}`)
	}
	return order.Line(a.Device, order.MaxName), nil
}
