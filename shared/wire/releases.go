package wire

import (
	"encoding/json"
	"fmt"
	"net/url"

	"jumun/shared/order"
)

// ReleasesPattern and ReleasePattern are the paths of the app's versions, and of one file.
const (
	ReleasesPattern = "/v1/marts/{mart}/releases"
	ReleasePattern  = "/v1/marts/{mart}/releases/{sha256}"
)

// ReleasesPath returns the path by which a device asks for the app's versions.
func ReleasesPath(mart order.MartID) string { return martPath(mart) + "/releases" }

// ReleasePath returns the path of a file by its SHA-256, in hexadecimal digits.
func ReleasePath(mart order.MartID, sum string) string {
	return ReleasesPath(mart) + "/" + url.PathEscape(sum)
}

const (
	// MaxReleaseRequest is the longest ReleaseRequest, in bytes.
	MaxReleaseRequest = 4 << 10
	// MaxFailedUpdates is how many failed updates it may have.
	MaxFailedUpdates = 8
)

// A ReleaseRequest is what a device says of itself when it asks for the app's versions.
type ReleaseRequest struct {
	Version  string         `json:"version"`          // that runs
	Platform string         `json:"platform"`         // such as windows/amd64
	Failed   []FailedUpdate `json:"failed,omitempty"` // versions that did not work here, the last one first
	Manual   bool           `json:"manual,omitempty"` // it does not update itself: that is off, or its folder is not its own
}

// A FailedUpdate is a version that a device gave up.
type FailedUpdate struct {
	Version string `json:"version"`
	Staged  int64  `json:"staged"` // as the list of releases had it then
	Reason  string `json:"reason"` // for people
}

// Releases is the answer to a ReleaseRequest.
type Releases struct {
	Manifest  string   `json:"manifest"`       // the list of releases, exactly as it was signed
	Signature string   `json:"signature"`      // of minisign
	Held      []string `json:"held,omitempty"` // versions that too many devices gave up: take none of them
}

// ParseReleaseRequest reads the body of a request. What is too long in it is cut. Its errors wrap
// order.ErrMalformed.
func ParseReleaseRequest(body []byte) (ReleaseRequest, error) {
	var r ReleaseRequest
	if len(body) > MaxReleaseRequest || json.Unmarshal(body, &r) != nil {
		return ReleaseRequest{}, fmt.Errorf(`the body is not {"version","platform","failed","manual"}: %w`, order.ErrMalformed)
	}
	r.Version, r.Platform = order.Line(r.Version, order.MaxName), order.Line(r.Platform, order.MaxName)
	r.Failed = r.Failed[:min(len(r.Failed), MaxFailedUpdates)]
	for i, f := range r.Failed {
		r.Failed[i].Version, r.Failed[i].Reason = order.Line(f.Version, order.MaxName), order.Line(f.Reason, order.MaxName)
	}
	return r, nil
}
