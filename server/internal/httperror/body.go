package httperror

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

// ReadBody reads the body of r up to limit bytes, and one byte more, so that the caller sees
// that a body is too long. The client has the time within to send it: else a body that never
// arrives would hold a connection for ever. The error is fit for Malformed.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64, within time.Duration) ([]byte, error) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(within)) // not every writer has deadlines
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("the body did not arrive (%w)", err)
	}
	return body, nil
}
