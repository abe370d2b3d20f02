package relay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

const (
	// redisTimeout is what Redis may take for a batch: meanwhile its rows are locked.
	redisTimeout = 5 * time.Second
	// replicateTimeout is how long replicas may take for a batch.
	replicateTimeout = 2 * time.Second
)

// A redisError says that Redis did not take orders. Their rows stay.
type redisError struct{ error }

// Unwrap returns the cause.
func (e *redisError) Unwrap() error { return e.error }

// An intake is the intake stream, to append to.
type intake struct {
	client   redis.UniversalClient
	key      string
	replicas int
}

func openIntake(o Options) (*intake, error) {
	client, err := redisconn.Dial(o.Redis)
	if err != nil {
		return nil, fmt.Errorf("the address of the Redis: %w", err)
	}
	return &intake{client, o.Intake, o.Replicas}, nil
}

func (in *intake) close() { _ = in.client.Close() }

// add appends orders in their order, and returns once enough replicas have them. After an error some may be
// in the stream.
func (in *intake) add(ctx context.Context, orders []row) error {
	if len(orders) == 0 {
		return nil
	}
	return in.use(ctx, func(ctx context.Context, node *redis.Client) error {
		pipe := node.Pipeline()
		for _, w := range orders {
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: in.key, NoMkStream: true, Values: w.entry})
		}
		if in.replicas == 0 {
			_, err := pipe.Exec(ctx)
			return err
		}
		replicated := in.wait(ctx, pipe)
		if _, err := pipe.Exec(ctx); err != nil {
			return err
		}
		return in.enough(replicated)
	})
}

// enough reports whether the answer to WAIT is enough.
func (in *intake) enough(replicated *redis.Cmd) error {
	if n, err := replicated.Int(); err != nil || n < in.replicas {
		return errors.Join(fmt.Errorf("%d replicas have taken the orders, %d are required: start the replicas, or run with fewer --replicas", n, in.replicas), err)
	}
	return nil
}

// nothing is the only answer to an entry with the ID 0-0 in a stream that would take another one.
const nothing = "must be greater than 0-0"

// probe reports whether Redis would take an order: it appends an entry that cannot be appended.
func (in *intake) probe(ctx context.Context) error {
	return in.use(ctx, func(ctx context.Context, node *redis.Client) error {
		err := node.XAdd(ctx, &redis.XAddArgs{Stream: in.key, ID: "0-0", Values: []string{"probe", ""}}).Err()
		if err != nil && strings.Contains(err.Error(), nothing) {
			return in.replicasAreThere(ctx, node)
		}
		return err
	})
}

// replicasAreThere reports whether there are enough replicas. Without asking, each attempt would append the same
// orders once more.
func (in *intake) replicasAreThere(ctx context.Context, node *redis.Client) error {
	if in.replicas == 0 {
		return nil
	}
	return in.enough(in.wait(ctx, node))
}

// wait sends WAIT: about the writes of its own connection, or, on one without any, about which replicas are there.
func (in *intake) wait(ctx context.Context, to interface {
	Do(context.Context, ...any) *redis.Cmd
}) *redis.Cmd {
	return to.Do(ctx, "WAIT", in.replicas, replicateTimeout.Milliseconds())
}

// use calls do with the Redis that has the stream: of a Cluster, with that node. Its errors say what to do.
func (in *intake) use(ctx context.Context, do func(context.Context, *redis.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	var node *redis.Client
	var err error
	switch c := in.client.(type) {
	case *redis.Client:
		node = c
	case *redis.ClusterClient:
		node, err = c.MasterForKey(ctx, in.key)
	}
	if err == nil {
		err = do(ctx, node)
	}
	if cluster, is := in.client.(*redis.ClusterClient); is && err != nil {
		cluster.ReloadState(ctx) // the slot may have moved: the next attempt finds it
	}
	if err != nil {
		return &redisError{in.explain(node, err)}
	}
	return nil
}

// explain says what to do about err. A server makes the stream when it starts, and redis.Nil says that there is none:
// orders that were appended would be heard by nobody.
func (in *intake) explain(node *redis.Client, err error) error {
	if errors.Is(err, redis.Nil) {
		return fmt.Errorf("no server has ever read the stream %s of this Redis: give the address of the servers' Redis, with its database, and their --intake, or start a server", in.key)
	}
	if !redis.HasErrorPrefix(err, "NOPERM") {
		return fmt.Errorf("rows are not taken by Redis: %w", err)
	}
	rights := "+xadd"
	if in.replicas > 0 {
		rights += " +wait"
	}
	user := node.Options().Username
	if user == "" {
		user = "default"
	}
	return fmt.Errorf("the user of Redis has too few rights: run there: ACL SETUSER %s %s ~%s (%w)", user, rights, in.key, err)
}
