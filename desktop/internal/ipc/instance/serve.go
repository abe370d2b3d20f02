package instance

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/wait"
)

const (
	// maxCommand bounds a command's line: a command has a hundred bytes. Whoever sends more
	// is not jumun.
	maxCommand = 4 << 10
	// readTimeout is how long a client may take to send its command: it connects to send it
	// at once.
	readTimeout = 2 * time.Second
	// answerTimeout is how long the agent may take to answer. After that it is stuck, and the
	// client has given up. A test alarm takes up to half a minute.
	answerTimeout = time.Minute
	writeTimeout  = 2 * time.Second
	// maxClients are served at once: people type one command at a time, scripts a few. Further
	// clients wait in the system's queue; the timeouts above bound that wait.
	maxClients = 32
	// acceptRetry is the wait after a failed accept, such as when no descriptors are left.
	acceptRetry = 100 * time.Millisecond
)

// Serve answers commands with answer until ctx ends. Then it takes no more clients, waits for
// those that it has, and returns nil. answer is called from several goroutines at once; its
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
			wait.For(ctx, acceptRetry)
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

// serve answers one command and closes conn. It drops a client that sends no command in time.
func serve(ctx context.Context, conn net.Conn, answer func(context.Context, ipc.Command) ipc.Reply) {
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) }) // ends a read that waits for a command
	defer stop()
	_ = conn.SetReadDeadline(time.Now().Add(readTimeout))
	if ctx.Err() != nil {
		return
	}
	line, err := bufio.NewReader(io.LimitReader(conn, maxCommand)).ReadBytes('\n')
	if err != nil && len(line) < maxCommand {
		return
	}
	reply := ipc.Reply{Error: ipc.ErrMalformed.Error()} // only to a client that is not jumun
	var command ipc.Command
	if json.Unmarshal(line, &command) == nil {
		reply = answer(ctx, command)
	}
	_ = conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	_ = ipc.NewWriter(conn).Send(reply) // a client that has left needs no answer
}
