package instance

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"time"

	"jumun/desktop/internal/ipc"
)

// Ask sends c to the agent of a place and returns its reply. It returns ErrNotRunning if there is
// no agent. It waits until ctx ends.
func Ask(ctx context.Context, at Place, c ipc.Command) (ipc.Reply, error) {
	conn, err := dial(ctx, at)
	if err != nil {
		return ipc.Reply{}, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	if err := ipc.NewWriter(conn).Send(c); err != nil {
		return ipc.Reply{}, noAnswer(ctx, err)
	}
	var reply ipc.Reply
	line, err := bufio.NewReader(io.LimitReader(conn, ipc.MaxLine)).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &reply)
	}
	if err != nil {
		return ipc.Reply{}, noAnswer(ctx, err)
	}
	return reply, nil
}

// dial connects to the agent of a place.
func dial(ctx context.Context, at Place) (net.Conn, error) {
	conn, err := dialAddress(ctx, at.address())
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("%w: %w", ErrNotRunning, err)
	}
	if err != nil {
		return nil, noAnswer(ctx, err)
	}
	return conn, nil
}

func noAnswer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("no answer from the running agent: %w", err)
}
