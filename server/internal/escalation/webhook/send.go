package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"jumun/shared/order"
)

const (
	// attemptTimeout is what one attempt may take in all: a target that needs longer does its work before it
	// answers, which it should not.
	attemptTimeout = 10 * time.Second
	dialTimeout    = 3 * time.Second
	// maxSaid is how much of an answer that is no success is kept, in characters.
	maxSaid = 200
)

// An Attempt says what became of one attempt.
type Attempt struct {
	Status int           // of the answer; 0: there was none
	Wait   time.Duration // how long the target wants to be left alone; 0: it did not say
	Err    error         // why it is no success; nil: it is one
}

// isGone reports whether the target wants no more messages.
func (a Attempt) isGone() bool { return a.Status == http.StatusGone }

// A client sends to one target.
type client struct {
	target Target
	http   *http.Client
}

func newClient(t Target) *client {
	dialer := &net.Dialer{Timeout: dialTimeout}
	if !t.AllowPrivate {
		dialer.Control = refusePrivate
	}
	return &client{t, &http.Client{
		Timeout: attemptTimeout,
		// A proxy would ask the DNS in our place, and could be sent anywhere.
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTimeout, MaxIdleConns: 4, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Send makes one attempt.
func Send(ctx context.Context, t Target, m Message) Attempt {
	c := newClient(t)
	defer c.http.CloseIdleConnections()
	return c.send(ctx, m)
}

func (c *client) send(ctx context.Context, m Message) Attempt {
	if c.target.URL.Scheme != "https" && !c.target.AllowHTTP {
		return Attempt{Err: errors.New("the URL is not https://: allow-http would allow it")}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.target.URL.String(), bytes.NewReader(m.Body))
	if err != nil {
		return Attempt{Err: errors.New("the URL cannot be used")}
	}
	now := time.Now()
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "jumun-server")
	req.Header.Set("webhook-id", m.ID)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	if len(c.target.Secrets) > 0 {
		req.Header.Set("webhook-signature", signatures(c.target.Secrets, m, now))
	}
	res, err := c.http.Do(req)
	if err != nil {
		return Attempt{Err: withoutURL(err)}
	}
	defer res.Body.Close()
	return judge(res, now)
}

// withoutURL drops the address that a url.Error repeats: it may be a secret.
func withoutURL(err error) error {
	var long *url.Error
	switch {
	case errors.As(err, &long) && long.Timeout():
		return fmt.Errorf("no answer within %v", attemptTimeout)
	case errors.As(err, &long):
		return long.Err
	}
	return err
}

func judge(res *http.Response, now time.Time) Attempt {
	if res.StatusCode/100 == 2 {
		return Attempt{Status: res.StatusCode}
	}
	a := Attempt{Status: res.StatusCode, Wait: retryAfter(res.Header.Get("Retry-After"), now)}
	said, _ := io.ReadAll(io.LimitReader(res.Body, 4*maxSaid)) // for people: whatever has come of it
	a.Err = fmt.Errorf("answers %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	if line := order.Line(strings.ToValidUTF8(string(said), "?"), maxSaid); line != "" {
		a.Err = fmt.Errorf("%w: %s", a.Err, line)
	}
	return a
}

// retryAfter reads the header: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return time.Duration(min(seconds, int(giveUpAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return min(at.Sub(now), giveUpAfter)
	}
	return 0
}
