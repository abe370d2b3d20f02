package eventlog

import (
	"context"
	"sync"
	"time"

	"jumun/server/internal/redisconn"
)

const (
	// inspectEvery is how often a Redis that can be used is asked again what it is and what its
	// user may do: a failover or an administrator may have changed it. That is about 50 commands,
	// none of which does anything.
	inspectEvery = 30 * time.Second
	// inspectTimeout ends an inspection whose answers do not come. That Redis is away is for
	// others to notice.
	inspectTimeout = 2 * time.Second
)

// An inspection is what was found out about Redis.
type inspection struct {
	mu     sync.Mutex
	passed time.Time // when Redis could be used; zero: it has to be asked again
	logged string    // what was logged of it last
}

// Inspect returns why a server cannot use this Redis: it is too old, or its user lacks rights. nil
// means that it can, or that Redis does not answer. Inspect logs which Redis it is, once and
// whenever that changes.
func (l *Log) Inspect(ctx context.Context) error {
	l.inspection.mu.Lock()
	defer l.inspection.mu.Unlock()
	if time.Since(l.inspection.passed) < inspectEvery {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, inspectTimeout)
	defer cancel()
	s := redisconn.Inspect(ctx, l.client, redisconn.Needs{Topic: l.opts.Topic, Intake: l.opts.Intake, Replicas: l.opts.Replicas > 0})
	if which := s.Name + s.Version + s.Mode; s.Version != "" && which != l.inspection.logged {
		l.inspection.logged = which
		l.log.Info("connected to Redis", "server", s.Name, "version", s.Version, "mode", s.Mode, "db", s.DB, "user", s.User)
	}
	err := s.Err()
	if s.Answered && err == nil {
		l.inspection.passed = time.Now()
	}
	return err
}

// inspectAgain makes the next Inspect ask: Redis was away, and may be another one now.
func (l *Log) inspectAgain() {
	l.inspection.mu.Lock()
	defer l.inspection.mu.Unlock()
	l.inspection.passed = time.Time{}
	l.limitsStored.Store(false)
}
