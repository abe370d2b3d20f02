package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"jumun/shared/release"
	"jumun/shared/wire"
)

const (
	// maxReleases is how much of an answer with the app's versions is read, in bytes: what is signed, and twice as
	// much where its quotes are escaped.
	maxReleases = 2 * (release.MaxManifest + release.MaxSignature)
	// downloadLimit is how long the download of a version may take: 32 MB on a line of 150 kbit/s. It goes on
	// where it was cut off.
	downloadLimit = 30 * time.Minute
)

// ErrNoRange means that the file does not go on from where it was asked for: it has to be downloaded anew.
var ErrNoRange = errors.New("the server does not go on in the middle of a file")

// ErrNoReleases means that a server has no versions of the app.
var ErrNoReleases = errors.New("the server has no versions of the app")

// Releases returns the versions of the app that the server has, and tells it about this PC. The error is
// ErrNoReleases if it has none, as servers of before.
func (f *Client) Releases(ctx context.Context, asked wire.ReleaseRequest) (list wire.Releases, err error) {
	if f.revoked.Load() {
		return list, errRevoked
	}
	err = f.post(ctx, wire.ReleasesPath(f.Mart), asked, func(res *http.Response) error {
		if res.StatusCode == http.StatusNotFound {
			return ErrNoReleases
		}
		if end := judge(res, "application/json", time.Now()); end != nil {
			return end.err
		}
		body, err := readBody(res, maxReleases)
		if err != nil {
			return err
		}
		return json.Unmarshal(body, &list)
	})
	return list, err
}

// Release returns the bytes of a version from an offset on, by its SHA-256. The caller must close it.
func (f *Client) Release(ctx context.Context, sum string, from int64) (io.ReadCloser, error) {
	base, err := f.base()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, downloadLimit, errNoAnswer)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+wire.ReleasePath(f.Mart, sum), nil)
	if err != nil {
		cancel()
		return nil, err
	}
	want := http.StatusOK
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		want = http.StatusPartialContent
	}
	f.sign(req)
	client := f.newClient()
	res, err := client.Do(req)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("the server answers %s", res.Status)
		if from > 0 && (res.StatusCode == http.StatusOK || res.StatusCode == http.StatusRequestedRangeNotSatisfiable) {
			err = fmt.Errorf("%w: %s", ErrNoRange, res.Status)
		}
		_ = res.Body.Close()
	}
	if err != nil {
		cancel()
		client.CloseIdleConnections()
		return nil, withoutURL(err)
	}
	return &download{res.Body, cancel, client}, nil
}

// A download is the rest of a file.
type download struct {
	io.ReadCloser
	cancel context.CancelFunc
	client *http.Client
}

// Close ends the download, and its connection.
func (d *download) Close() error {
	err := d.ReadCloser.Close()
	d.cancel()
	d.client.CloseIdleConnections()
	return err
}
