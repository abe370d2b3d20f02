package devices

import (
	"context"
	_ "embed"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/server/internal/wait"
)

const (
	// podMark begins the name of a server that keeps a lease. Servers of before keep none: of their streams
	// it is not known whether they have ended.
	podMark = "s"
	// podLease is how long a server counts as alive after it was heard of last. The devices of one that was
	// killed have connected to others by then.
	podLease = 30 * time.Second
	// renewPod leaves two more attempts before a lease ends.
	renewPod = 5 * time.Second
	// keepPods is how long it is known when a server that was killed lived last.
	keepPods = 24 * time.Hour
)

var (
	//go:embed pods.lua
	podsScript string

	notePod = redis.NewScript(revocation.NowScript + podsScript)
)

// keepLease notes that this server lives, until ctx ends; last is for the last note. Neither waits for a Redis that hangs.
func (p *Presence) keepLease(ctx, last context.Context) {
	for pause := renewPod; ctx.Err() == nil; wait.For(ctx, pause) {
		pause = renewPod
		if err := wait.Call(ctx, func() error { return p.noteLease(ctx, false) }); err != nil && ctx.Err() == nil {
			pause = noteAgain
			p.dropped.Do(func() { p.log.Warn("it was not noted that this server lives: trying again", "err", err) })
		}
	}
	_ = wait.Call(last, func() error { return p.noteLease(last, true) }) // else its lease ends by itself
}

func (p *Presence) noteLease(ctx context.Context, ends bool) error {
	_, err := p.registry.pods(ctx, p.pod, ends)
	return err
}

// pods are the servers that keep a lease: when each was heard of last.
type pods struct {
	now   time.Time
	heard map[string]time.Time
}

// pods notes that a server lives, or ends, and returns all; without a name it only asks.
func (r *Registry) pods(ctx context.Context, name string, ends bool) (pods, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	flag := 0
	if ends {
		flag = 1
	}
	answer, err := notePod.Run(ctx, r.client, []string{podsKey}, name, flag, keepPods.Milliseconds()).Slice()
	if err != nil || len(answer) != 2 {
		return pods{}, err
	}
	at, _ := answer[0].(string)
	all := pods{heard: make(map[string]time.Time)}
	for pod, score := range pairs(answer[1]) {
		ms, _ := strconv.ParseFloat(score, 64)
		all.heard[pod] = time.UnixMilli(int64(ms))
	}
	all.now, err = revocation.ParseTime(at)
	return all, err
}

// have reports whether the server that has a stream lives, as far as that is known.
func (p pods) have(stream string) bool {
	pod, _, _ := strings.Cut(stream, "-")
	return !strings.HasPrefix(stream, podMark) || p.now.Sub(p.heard[pod]) <= podLease
}

// last returns when the server that has a stream was heard of last; zero: that is not known.
func (p pods) last(stream string) time.Time {
	pod, _, _ := strings.Cut(stream, "-")
	return p.heard[pod]
}
