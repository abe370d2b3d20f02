package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"jumun/shared/wire"
)

func (f *Client) newClient() *http.Client {
	through := f.HTTP
	if through == nil {
		through = transport()
	}
	return &http.Client{Transport: through, CheckRedirect: refuseRedirect}
}

// refuseRedirect is a CheckRedirect that follows none: the login page of a network must not
// become the server, nor get the token.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// ask sends req and returns once the headers of the answer are there. It gives up with
// errNoAnswer if that takes longer than limit, counted from when there is a connection: the
// time before that says nothing about a network that swallows answers.
func (r *reader) ask(req *http.Request, limit time.Duration, giveUp context.CancelCauseFunc) (*http.Response, error) {
	unanswered := time.AfterFunc(limit, func() { giveUp(errNoAnswer) })
	unanswered.Stop()
	defer unanswered.Stop()
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { unanswered.Reset(limit) }}
	req.Header.Set("Accept-Encoding", "identity") // compressors hold small events back
	req.Header.Set("Cache-Control", "no-cache")
	r.sign(req)
	res, err := r.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err == nil && res.StatusCode == http.StatusOK && res.Header.Get(wire.RenewHeader) == "1" {
		r.renewLater()
	}
	return res, withoutURL(err)
}

// renewLater tells the renewer that the server asks for a renewal.
func (r *reader) renewLater() {
	select {
	case r.renew <- struct{}{}:
	default: // it knows
	}
}

// withoutURL drops the address that a url.Error repeats, which leaves no room for the reason, and adds
// what happened.
func withoutURL(err error) error {
	var long *url.Error
	if errors.As(err, &long) {
		return unanswered(long.Err)
	}
	return err
}

// causeOf returns why ctx was ended, if it was, in place of the canceled request that err
// tells of.
func causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// readBody reads the body of an answer. It fails with errTooLong if the body has more than
// limit bytes.
func readBody(res *http.Response, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	switch {
	case err != nil:
		return nil, broke(causeOf(res.Request.Context(), err))
	case int64(len(body)) > limit:
		return nil, errTooLong
	}
	return body, nil
}
