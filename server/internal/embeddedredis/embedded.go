// Package embeddedredis is a Redis inside this process, for trying out and for one small store.
package embeddedredis

import (
	"fmt"

	"github.com/alicebob/miniredis/v2"
)

// A Redis keeps everything in memory and forgets it when the process ends.
type Redis struct {
	mini *miniredis.Miniredis
}

// Start listens at address, as host:port; port 0 takes a free one. There is no
// password: whoever reaches the address may publish orders.
func Start(address string) (*Redis, error) {
	mini := miniredis.NewMiniRedis()
	mini.ClockTTL(true) // its keys expire only when told that time passes, else
	if err := mini.StartAddr(address); err != nil {
		return nil, fmt.Errorf("start embedded Redis: %w", err)
	}
	return &Redis{mini}, nil
}

// URL is where clients find it, as redis://host:port.
func (r *Redis) URL() string { return "redis://" + r.mini.Addr() }

// Close ends it and its connections.
func (r *Redis) Close() { r.mini.Close() }
