package devices

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// keepCounts is how long it is kept who runs a release, and who gave it up: longer than a release is rolled out.
const keepCounts = 180 * 24 * time.Hour

var (
	//go:embed version.lua
	versionScript string

	noteVersion = redis.NewScript(versionScript)
)

// An appVersion is what Redis holds of the program of a device.
type appVersion struct {
	Version  string `json:"version"`
	Platform string `json:"platform,omitempty"`
	Failed   string `json:"failed,omitempty"` // the last version that the device gave up
	Reason   string `json:"reason,omitempty"` // why
	Manual   bool   `json:"manual,omitempty"`
}

// versionsKey is the key of the versions of the devices of a mart.
func versionsKey(mart order.MartID) string { return redisconn.MartKey(mart, "versions") }

// NoteVersion stores which version a device runs, if the device is known.
func (r *Registry) NoteVersion(ctx context.Context, mart order.MartID, id string, asked wire.ReleaseRequest) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	v := appVersion{Version: asked.Version, Platform: asked.Platform, Manual: asked.Manual}
	if len(asked.Failed) > 0 {
		v.Failed, v.Reason = asked.Failed[0].Version, asked.Failed[0].Reason
	}
	body, _ := json.Marshal(v) // it cannot fail
	keys := []string{redisconn.MartKey(mart, "devices"), versionsKey(mart)}
	if err := noteVersion.Run(ctx, r.client, keys, id, body, keepDevices.Milliseconds(), maxDevices).Err(); err != nil {
		return fmt.Errorf("note the version of a device: %w", err)
	}
	return nil
}

// fillVersions fills in which versions the devices of a mart run.
func (r *Registry) fillVersions(ctx context.Context, mart order.MartID, devices []wire.Device) error {
	if len(devices) == 0 {
		return nil
	}
	bodies, err := r.client.HGetAll(ctx, versionsKey(mart)).Result()
	for i, d := range devices {
		var v appVersion
		if body := bodies[d.ID]; body != "" && json.Unmarshal([]byte(body), &v) != nil {
			r.foreign.Skip("err", redisconn.NotOurs("the version of device %.100q of mart %s", d.ID, mart))
			continue
		}
		devices[i].Version, devices[i].Platform, devices[i].ManualUpdates = order.Line(v.Version, order.MaxName), order.Line(v.Platform, order.MaxName), v.Manual
		devices[i].FailedUpdate, devices[i].FailedReason = order.Line(v.Failed, order.MaxName), order.Line(v.Reason, order.MaxName)
	}
	return err
}

// A Rollout is one release, and the serial of the list by which it was staged: what happened before does not count.
type Rollout struct {
	Version string
	Staged  int64
}

// A Progress is how many devices run a release, and how many gave it up.
type Progress struct{ Run, Failed int64 }

// keys returns the keys of who runs a release and of who gave it up.
func (o Rollout) keys() (run, failed string) {
	key := fmt.Sprintf("%srelease:{jumun:releases}:%s:%d:", redisconn.KeyPrefix, o.Version, o.Staged)
	return key + "run", key + "failed"
}

// CountRollouts notes that a device runs a release, if runs is one, and that it gave up others. It returns the
// progress of all. The devices for which a lent key vouches count as one: whoever has that key makes up any number.
func (r *Registry) CountRollouts(ctx context.Context, id string, runs Rollout, failed, all []Rollout) ([]Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	id, _, _ = strings.Cut(id, "/")
	pipe := r.client.Pipeline()
	if key, _ := runs.keys(); runs.Version != "" {
		pipe.HSet(ctx, key, id, "")
		pipe.PExpire(ctx, key, keepCounts)
	}
	for _, f := range failed {
		run, key := f.keys()
		pipe.HDel(ctx, run, id)
		pipe.HSet(ctx, key, id, "")
		pipe.PExpire(ctx, key, keepCounts)
	}
	counts := make([][2]*redis.IntCmd, len(all))
	for i, o := range all {
		run, failed := o.keys()
		counts[i] = [2]*redis.IntCmd{pipe.HLen(ctx, run), pipe.HLen(ctx, failed)}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("count who has updated: %w", err)
	}
	progress := make([]Progress, len(all))
	for i, c := range counts {
		progress[i] = Progress{c[0].Val(), c[1].Val()}
	}
	return progress, nil
}
