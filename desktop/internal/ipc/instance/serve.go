package instance

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// A command is a line of a hundred bytes. Whoever sends more is not ours.
	maxCommand = 4 << 10
	// A client connects to send its command at once.
	readLimit = 2 * time.Second
	// An agent that needs longer to answer is stuck, and its client has given up. A test
	// alarm takes up to half a minute.
	answerLimit = time.Minute
	writeLimit  = 2 * time.Second
	// People type one command at a time, scripts a few. Further clients wait in the
	// system's queue until one of these is done, which the limits above make sure of.
	maxClients = 32
	// After a failed accept (no file descriptors left, say) the next one may do.
	acceptPause = 100 * time.Millisecond
)

// Serve answers commands until ctx ends, then returns nil, with every client answered or
// dropped and no further ones taken. answer is called from several goroutines at once; its
// context ends with ctx. Serve can be called once.
func (i *Instance) Serve(ctx context.Context, answer func(context.Context, ipc.Command) ipc.Reply) error {
	defer context.AfterFunc(ctx, func() { _ = i.listener.Close() })()
	var clients sync.WaitGroup
	defer clients.Wait()
	free := make(chan struct{}, maxClients)
	for {
		conn, err := i.listener.Accept()
		switch {
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			closeIf(conn)
			return nil
		case err != nil:
			sleep(ctx, acceptPause)
			continue
		}
		free <- struct{}{}
		clients.Go(func() {
			defer func() { <-free }()
			serve(ctx, conn, answer)
		})
	}
}

func closeIf(conn net.Conn) {
	if conn != nil {
		_ = conn.Close()
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// serve answers one command. A client that sends none is dropped.
func serve(ctx context.Context, conn net.Conn, answer func(context.Context, ipc.Command) ipc.Reply) {
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) }) // do not wait for a command any more
	defer stop()
	_ = conn.SetReadDeadline(time.Now().Add(readLimit))
	if ctx.Err() != nil {
		return
	}
	line, err := bufio.NewReader(io.LimitReader(conn, maxCommand)).ReadBytes('\n')
	if err != nil && len(line) < maxCommand {
		return
	}
	reply := ipc.Reply{Error: "this is no command / 명령이 아닙니다"}
	var command ipc.Command
	if json.Unmarshal(line, &command) == nil {
		reply = answer(ctx, command)
	}
	_ = conn.SetWriteDeadline(time.Now().Add(writeLimit))
	_ = ipc.NewWriter(conn).Send(reply) // a client that is gone needs no answer
}

// Ask sends c to the agent that holds dir, and returns its reply. It fails with
// ErrNotRunning if there is none. It waits for as long as ctx allows.
func Ask(ctx context.Context, dir string, c ipc.Command) (ipc.Reply, error) {
	conn, err := dial(ctx, dir)
	if err != nil {
		return ipc.Reply{}, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	var reply ipc.Reply
	if err := ipc.NewWriter(conn).Send(c); err != nil {
		return reply, noAnswer(ctx, err)
	}
	line, err := bufio.NewReader(io.LimitReader(conn, ipc.MaxLine)).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &reply)
	}
	if err != nil {
		return ipc.Reply{}, noAnswer(ctx, err)
	}
	return reply, nil
}

func noAnswer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("no answer from the running agent: %w", err)
}
