package eventlog

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// replicateTimeout is how long replicas may take for one write. Healthy ones take a
// millisecond. The publisher waits that long, and repeats the order after an error.
const replicateTimeout = 2 * time.Second

// replicateAgain is how long replicas may take when they were missing the last time: nobody is to wait
// 2 s for each order while a replica is away.
const replicateAgain = 100 * time.Millisecond

// A NotReplicatedError says that something was recorded and announced, but that too few replicas have
// it: a failover may lose it.
type NotReplicatedError struct{ Have, Required int }

func (e *NotReplicatedError) Error() string {
	return fmt.Sprintf("recorded, but %d replicas have taken it, %d are required: start the replicas, or run with fewer --replicas", e.Have, e.Required)
}

// eval runs script, and returns once enough replicas have what it wrote.
func (l *Log) eval(ctx context.Context, script *redis.Script, keys []string, args ...any) ([]any, error) {
	if l.opts.Replicas == 0 {
		return l.evalShared(ctx, script, keys, args)
	}
	node, err := l.nodeOf(ctx, keys[0])
	if err != nil {
		return nil, err
	}
	answer, err := l.evalAndWait(ctx, node, script, keys, args)
	if redis.HasErrorPrefix(err, "NOSCRIPT") { // a Redis that has restarted
		if err = script.Load(ctx, node).Err(); err == nil {
			answer, err = l.evalAndWait(ctx, node, script, keys, args)
		}
	}
	if cluster, is := l.client.(*redis.ClusterClient); is && err != nil {
		cluster.ReloadState(ctx) // the slot may have moved: the next attempt finds it
	}
	return answer, err
}

// evalShared runs script in a shared pipeline.
func (l *Log) evalShared(ctx context.Context, script *redis.Script, keys []string, args []any) ([]any, error) {
	pipe := l.client.Pipeline()
	answer := script.EvalSha(ctx, pipe, keys, args...)
	err := l.changes.exec(ctx, keys[0], pipe)
	if redis.HasErrorPrefix(err, "NOSCRIPT") { // a Redis that has restarted
		pipe = l.client.Pipeline()
		answer = script.Eval(ctx, pipe, keys, args...)
		err = l.changes.exec(ctx, keys[0], pipe)
	}
	if err != nil {
		return nil, err
	}
	return answer.Slice()
}

// nodeOf returns the node that writes key. On a Cluster a command without a key, such as WAIT,
// would go to any node.
func (l *Log) nodeOf(ctx context.Context, key string) (redis.UniversalClient, error) {
	if cluster, is := l.client.(*redis.ClusterClient); is {
		return cluster.MasterForKey(ctx, key)
	}
	return l.client, nil
}

// evalAndWait sends both in one pipeline: WAIT is about the writes of its own connection.
func (l *Log) evalAndWait(ctx context.Context, node redis.UniversalClient, script *redis.Script, keys []string, args []any) ([]any, error) {
	pipe := node.Pipeline()
	answer := pipe.EvalSha(ctx, script.Hash(), keys, args...)
	within := l.opts.replicateWithin
	if l.replicasMissing.Load() {
		within = min(within, replicateAgain)
	}
	taken := pipe.Do(ctx, "WAIT", l.opts.Replicas, within.Milliseconds())
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	n, err := taken.Int()
	if err != nil {
		return nil, err
	}
	if l.replicasMissing.Store(n < l.opts.Replicas); n < l.opts.Replicas {
		return nil, &NotReplicatedError{Have: n, Required: l.opts.Replicas}
	}
	return answer.Slice()
}
