package redisconn

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// ProbeKey is written to find out whether Redis takes writes, and holds a string. The trials of
// rights use it too.
const ProbeKey = KeyPrefix + "probe"

// trials are a harmless form of each command that a server runs; K is ProbeKey, C is ourChannel. Redis
// looks at the user's rights first, so whatever else is the answer, the command is allowed. SECURITY.md
// names the same commands in its line of least rights; a test compares them.
var trials = []string{
	"PING", "TIME", "EVAL return 0", "EVALSHA x 0", "SCRIPT|LOAD return",
	"GET K", "SET K x XX KEEPTTL", "PEXPIRE K 10000", "PTTL K",
	"HSET K f x", "HSETNX K f x", "HGET K f", "HMGET K f", "HGETALL K", "HEXISTS K f", "HLEN K", "HSCAN K 0", "HDEL K f",
	"ZADD K XX 0 x", "ZREM K x", "ZCARD K", "ZSCORE K x", "ZMSCORE K x", "ZRANGE K 0 0", "ZRANGEBYSCORE K 0 0", "ZREMRANGEBYRANK K 0 0", "ZREMRANGEBYSCORE K 0 0",
	"XADD K NOMKSTREAM * f x", "XLEN K", "XTRIM K MINID 0", "XRANGE K 0 0", "XREVRANGE K 0 0", "XDEL K 0-1",
	"XREADGROUP GROUP x x STREAMS K >", "XACK K x 0-1", "XPENDING K x", "XAUTOCLAIM K x x 0 0",
	"XGROUP|CREATE K x 0", "XGROUP|DELCONSUMER K x x", "XINFO|CONSUMERS K x",
	"GETDEL K", "PUBLISH C x",
}

// clusterTrials are what a server runs on a Cluster too.
var clusterTrials = []string{"CLUSTER|SLOTS", "COMMAND INFO get", "SPUBLISH C x"}

// hearTimeout is what Redis may take to answer a subscription.
const hearTimeout = time.Second

// noMart is the ID of no mart: nothing of ours is under the names that it gives.
const noMart = ""

// ourChannel and ourKey are like those of every mart.
var (
	ourChannel = MartKey(noMart, "events")
	ourKey     = MartKey(noMart, "log")
)

// Needs are what a server uses beside the keys and channels whose names begin with KeyPrefix.
type Needs struct {
	Topic    string // Pub/Sub topic that it hears
	Intake   string // key of the intake stream
	Replicas bool   // it waits for replicas
}

// try returns the commands that node does not know, and the rights that its user does not have, as ACL
// SETUSER takes them.
func (n Needs) try(ctx context.Context, node *redis.Client, isCluster bool) (unknown, missing []string) {
	pipe, tried := node.Pipeline(), map[string]redis.Cmder{}
	for _, trial := range n.trials(isCluster) {
		tried[command(trial)] = pipe.Do(ctx, arguments(trial)...)
	}
	for _, key := range []string{ourKey, n.Intake} {
		tried["~"+pattern(key)] = pipe.Do(ctx, "XDEL", key, "0-1")
	}
	tried["&"+pattern(ourChannel)] = pipe.Do(ctx, "PUBLISH", ourChannel, "x")
	_, _ = pipe.Exec(ctx) // each has its own error
	for right, cmd := range tried {
		if redis.HasErrorPrefix(cmd.Err(), "unknown command") {
			unknown = append(unknown, right[1:])
		}
		missing = append(missing, denied(right, cmd.Err())...)
	}
	for _, channel := range []string{ourChannel, n.Topic} {
		conn := node.Subscribe(ctx, channel)
		missing = append(missing, hearing(ctx, conn, "subscribe", channel, conn.Unsubscribe)...)
	}
	if isCluster {
		conn := node.SSubscribe(ctx, ourChannel)
		missing = append(missing, hearing(ctx, conn, "ssubscribe", ourChannel, conn.SUnsubscribe)...)
	}
	return unknown, missing
}

func (n Needs) trials(isCluster bool) []string {
	all := slices.Clone(trials)
	if isCluster {
		all = append(all, clusterTrials...)
	}
	if n.Replicas {
		all = append(all, "WAIT 0 1")
	}
	return all
}

// hearing returns the rights that are missing to hear channel by conn, which subscribes with the
// command of that name.
func hearing(ctx context.Context, conn *redis.PubSub, name, channel string, unsubscribe func(context.Context, ...string) error) []string {
	defer conn.Close()
	_, err := conn.ReceiveTimeout(ctx, hearTimeout)
	missing := append(denied("+"+name, err), denied("&"+pattern(channel), err)...)
	if err == nil && unsubscribe(ctx, channel) == nil {
		_, err = conn.ReceiveTimeout(ctx, hearTimeout)
		missing = denied("+"+strings.Replace(name, "sub", "unsub", 1), err)
	}
	return missing
}

// denied returns right if err says that it is missing.
func denied(right string, err error) []string {
	// Redis looks at the command first, and says which of the two it is.
	isCommand := err != nil && strings.Contains(err.Error(), "to run the")
	if redis.HasErrorPrefix(err, "NOPERM") && isCommand == (right[0] == '+') {
		return []string{right}
	}
	return nil
}

// pattern returns the pattern under which key should be allowed.
func pattern(key string) string {
	if strings.HasPrefix(key, KeyPrefix) {
		return KeyPrefix + "*"
	}
	return key
}

// command returns the right to run trial.
func command(trial string) string {
	name, _, _ := strings.Cut(trial, " ")
	return "+" + strings.ToLower(name)
}

// arguments returns trial as Redis takes it.
func arguments(trial string) (args []any) {
	for i, word := range strings.Fields(trial) {
		switch {
		case i == 0:
			for part := range strings.SplitSeq(word, "|") {
				args = append(args, part)
			}
		case word == "K":
			args = append(args, ProbeKey)
		case word == "C":
			args = append(args, ourChannel)
		default:
			args = append(args, word)
		}
	}
	return args
}
