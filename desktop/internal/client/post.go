package client

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// requestLimit is how long a request beside the stream may take in all: the server answers
// within a second, the rest is for a store's worst connection.
const requestLimit = 15 * time.Second

// post sends body, which must marshal, to path as JSON, and returns what read returns for the
// answer. It gives up with errNoAnswer after requestLimit.
func (f *Client) post(ctx context.Context, path string, body any, read func(*http.Response) error) error {
	base, err := f.base()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, requestLimit, errNoAnswer)
	defer cancel()
	text, _ := json.Marshal(body)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	return f.send(req, read)
}

// send sends a request beside the stream, and returns what read returns for the answer.
func (f *Client) send(req *http.Request, read func(*http.Response) error) error {
	f.sign(req)
	client := f.newClient()
	// Such requests are minutes apart, and a connection as old as that may be dead.
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		f.doubt()
		return causeOf(req.Context(), withoutURL(err))
	}
	defer res.Body.Close()
	return read(res)
}
