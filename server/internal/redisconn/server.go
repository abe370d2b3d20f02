package redisconn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// minVersion is the oldest Redis that has every command of ours: XADD MINID, XAUTOCLAIM, ZMSCORE,
// GETDEL.
var minVersion = [2]int{6, 2}

// ErrTooOld is under the error about a Redis that is older than minVersion.
var ErrTooOld = errors.New("jumun needs Redis 6.2 or newer, as a Cluster 7.0, or Valkey")

// ErrRights is under the error about rights that the user does not have.
var ErrRights = errors.New("the user of Redis has too few rights")

// A Server is what Redis says of itself. What it does not say is empty.
type Server struct {
	Answered bool   // it is there
	Version  string // of a Cluster, that of the node with the oldest
	Name     string // "redis" or "valkey"
	Mode     string // "one", "sentinel" or "cluster"
	User     string // the name by which it knows us
	DB       int
	// Unknown are commands that it does not know and a server needs, Missing are rights that the user
	// does not have, as ACL SETUSER takes them; both sorted.
	Unknown, Missing []string
}

// Inspect returns what the Redis behind client says of itself, and whether its user may do what
// needs says. Of a Cluster it asks every node: each has users of its own. A node that does not
// answer is left out.
func Inspect(ctx context.Context, client redis.UniversalClient, needs Needs) Server {
	switch c := client.(type) {
	case *redis.ClusterClient:
		return inspectCluster(ctx, c, needs)
	case *redis.Client:
		s := inspectNode(ctx, c, needs, false)
		s.Mode = "one"
		if c.Options().Addr == "FailoverClient" { // the library's name for one that Sentinels know
			s.Mode = "sentinel"
		}
		return s
	}
	return Server{}
}

func inspectCluster(ctx context.Context, cluster *redis.ClusterClient, needs Needs) (all Server) {
	var mu sync.Mutex
	_ = cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		s := inspectNode(ctx, node, needs, true)
		mu.Lock()
		defer mu.Unlock()
		s.Unknown, s.Missing = append(s.Unknown, all.Unknown...), append(s.Missing, all.Missing...)
		s.Answered = s.Answered || all.Answered
		if all.Version != "" && !isOlder(s.Version, version(all.Version)) {
			s.Version, s.Name = all.Version, all.Name
		}
		all = s
		return nil
	})
	all.Mode, all.Unknown, all.Missing = "cluster", sorted(all.Unknown), sorted(all.Missing)
	return all
}

func inspectNode(ctx context.Context, node *redis.Client, needs Needs, isCluster bool) Server {
	opts := node.Options()
	info, err := node.Info(ctx, "server").Result()
	var refused redis.Error // some do not allow it
	s := Server{User: cmp.Or(opts.Username, "default"), DB: opts.DB, Answered: err == nil || errors.As(err, &refused)}
	if !s.Answered {
		return s
	}
	// Valkey calls itself Redis 7.2.4 too.
	if s.Version = cmp.Or(Field(info, "valkey_version"), Field(info, "redis_version")); s.Version != "" {
		s.Name = cmp.Or(Field(info, "server_name"), "redis")
	}
	if s.Version == "" || !isOlder(s.Version, minVersion) {
		unknown, missing := needs.try(ctx, node, isCluster)
		s.Unknown, s.Missing = sorted(unknown), sorted(missing)
	}
	return s
}

// sorted returns all in order, each once.
func sorted(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

// Err returns why a server cannot use s; nil: it can.
func (s Server) Err() error {
	switch {
	case s.Version != "" && isOlder(s.Version, minVersion):
		return fmt.Errorf("this is Redis %s: %w", s.Version, ErrTooOld)
	case len(s.Unknown) > 0:
		return fmt.Errorf("this Redis does not know %s, or has renamed it: %w", strings.Join(s.Unknown, ", "), ErrTooOld)
	case len(s.Missing) > 0:
		return fmt.Errorf("%w: run there, on every node: ACL SETUSER %s %s", ErrRights, s.User, strings.Join(s.Missing, " "))
	}
	return nil
}

// IsUnfit reports whether err says that Redis is there and will not do until somebody changes it.
func IsUnfit(err error) bool { return errors.Is(err, ErrTooOld) || errors.Is(err, ErrRights) }

func isOlder(s string, than [2]int) bool {
	is := version(s)
	return slices.Compare(is[:], than[:]) < 0
}

// version returns the first two numbers of a version.
func version(s string) (v [2]int) {
	for i, part := range strings.SplitN(s, ".", 3) {
		if i < len(v) {
			v[i], _ = strconv.Atoi(part) // of what is no number, 0
		}
	}
	return v
}

// Field returns the value of name in an answer to INFO, which has a line "name:value" for each.
func Field(info, name string) string {
	for line := range strings.Lines(info) {
		if value, is := strings.CutPrefix(line, name+":"); is {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
