//go:build linux

package main

import (
	"time"
)

// A cost is what was sent and used in a stretch of time.
type cost struct {
	Requests      float64 // a second, of all devices
	Server, Redis float64 // CPU, in percent of a core
	Bytes         float64 // both ways, a device and hour
}

// A reading is the state of all counters at one moment.
type reading struct {
	at              time.Time
	server, redis   time.Duration // CPU
	requests, bytes int64
}

func (s subject) read(t *traffic) (r reading, err error) {
	r.at, r.requests, r.bytes = time.Now(), t.requests.Load(), t.in.Load()+t.out.Load()
	if r.server, err = s.server.CPU(); err != nil {
		return r, err
	}
	r.redis, err = s.redis.CPU()
	return r, err
}

// during returns what do costs.
func (s subject) during(c *fleet, do func() error) (cost, error) {
	before, err := s.read(c.traffic)
	if err != nil {
		return cost{}, err
	}
	if err := do(); err != nil {
		return cost{}, err
	}
	after, err := s.read(c.traffic)
	return after.since(before, c.devices), err
}

// since returns the cost between before and r.
func (r reading) since(before reading, devices int) cost {
	took := r.at.Sub(before.at)
	return cost{
		Requests: float64(r.requests-before.requests) / took.Seconds(),
		Server:   percent(r.server-before.server, took),
		Redis:    percent(r.redis-before.redis, took),
		Bytes:    float64(r.bytes-before.bytes) / float64(devices) / took.Hours(),
	}
}

func percent(part, of time.Duration) float64 { return 100 * float64(part) / float64(of) }
