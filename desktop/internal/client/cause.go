package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"syscall"

	"jumun/shared/wire"
)

// unanswered adds to err, which a request got in place of an answer, what happened. It leaves an err
// that says that already, or that only tells that the request was canceled.
func unanswered(err error) error {
	var known *message
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if certificate := causeInCertificate(err); certificate != nil {
		return fmt.Errorf("%w: %w", certificate, err)
	}
	return fmt.Errorf("%w (%w)", causeInNetwork(err), err)
}

// causeInCertificate returns nil if err is not about a certificate.
func causeInCertificate(err error) *message {
	var (
		stranger x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
		misnamed x509.HostnameError
	)
	switch {
	case errors.As(err, &stranger):
		return errUntrusted
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired: // or not valid yet
		return errUntimely
	case errors.As(err, &misnamed):
		return errMisnamed
	}
	return nil
}

// isUnreached reports whether err says that nothing answered.
func isUnreached(err error) bool {
	var m *message
	return errors.As(err, &m) && slices.Contains([]*message{errUnreached, errNoName, errAway, errOffline, errProxyAway}, m)
}

func causeInNetwork(err error) *message {
	var (
		name   *net.DNSError
		step   *net.OpError
		noTLS  tls.RecordHeaderError
		system syscall.Errno
	)
	errors.As(err, &system)
	switch {
	case errors.As(err, &step) && step.Op == "proxyconnect":
		return errProxyAway
	case errors.As(err, &name):
		return errNoName
	case errors.As(err, &noTLS), errors.Is(err, http.ErrSchemeMismatch):
		return errNotServer
	case slices.Contains(refusals, system):
		return errAway
	case slices.Contains(noNetwork, system):
		return errOffline
	}
	return errUnreached
}

// broke returns err, with which an answer ended in the middle, with what happened.
func broke(err error) error {
	if known := new(message); errors.As(err, &known) {
		return fmt.Errorf("answer broke: %w", err)
	}
	return fmt.Errorf("%w (%w)", errBroke, err)
}

// causeInAnswer returns what happened if something answered with this status in place of what was asked
// for, and p, which is empty if it was not our server; nil if p says it better.
func causeInAnswer(status int, p wire.Problem) *message {
	switch p.Type {
	case wire.ProblemToken:
		return errUnknown
	case wire.ProblemExpired:
		return errExpired
	case wire.ProblemRevoked:
		return errRevoked
	case wire.ProblemForbidden:
		return errOtherMart
	}
	switch {
	case status == http.StatusProxyAuthRequired:
		return errProxyPassword
	case p.Detail == "" && slices.Contains([]int{http.StatusNoContent, http.StatusUnauthorized, http.StatusForbidden, http.StatusNetworkAuthenticationRequired}, status):
		return errBlocked
	case status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
		return errNotReady
	case p.Detail != "":
		return nil
	}
	return errNotServer
}

// judgeProxy is a Transport's OnProxyConnectResponse: without it, only the words of the proxy's status
// were known.
func judgeProxy(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	switch {
	case res.StatusCode == http.StatusOK:
		return nil
	case res.StatusCode >= http.StatusInternalServerError: // the proxy does not reach it
		return fmt.Errorf("%w (the proxy says: %s)", errUnreached, res.Status)
	}
	return fmt.Errorf("%w (the proxy says: %s)", causeInAnswer(res.StatusCode, wire.Problem{}), res.Status)
}
