package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

func (f *Feed) newClient() *http.Client {
	through := f.HTTP
	if through == nil {
		through = transport()
	}
	return &http.Client{Transport: through, CheckRedirect: stayHere}
}

// stayHere refuses to follow redirects: a device talks to the server it was given, and
// the login page of a network must not become that server, nor get the token.
func stayHere(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// ask sends req and returns once the headers of the answer are there. It gives up with
// errNoAnswer if that takes longer than limit, counted from when there is a connection:
// what comes before is the dialer's, and says nothing about who swallows answers.
func (r *reader) ask(req *http.Request, limit time.Duration, giveUp context.CancelCauseFunc) (*http.Response, error) {
	unanswered := time.AfterFunc(limit, func() { giveUp(errNoAnswer) })
	unanswered.Stop()
	defer unanswered.Stop()
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { unanswered.Reset(limit) }}
	req.Header.Set("Accept-Encoding", "identity") // compressors hold small events back
	req.Header.Set("Cache-Control", "no-cache")
	r.sign(req)
	res, err := r.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	return res, short(err)
}

// short leaves out the address, which url.Error repeats: it leaves no room for the reason,
// nor for what to do about it.
func short(err error) error {
	var long *url.Error
	if errors.As(err, &long) {
		return distrust(long.Err)
	}
	return err
}

// why prefers our own reason for giving up to the canceled request it led to.
func why(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}
