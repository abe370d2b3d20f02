//go:build linux

package publisher

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/maphash"
	"io"
	"net"
	"net/http"

	"jumun/server/bench/sseread"
)

// redis publishes on one connection, and waits for the answers only at the end.
type redis struct {
	net.Conn
	half    *net.TCPConn // the same connection
	command func(to []byte, mart string, o sseread.Order) []byte
	buffer  []byte
	sent    int64
	answers chan result
}

type result struct {
	n   int64
	err error
}

func openRedis(address string, command func(to []byte, mart string, o sseread.Order) []byte) (sender, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	r := &redis{Conn: conn, half: conn.(*net.TCPConn), command: command, answers: make(chan result, 1)}
	go r.read()
	return r, nil
}

func (r *redis) send(mart string, o sseread.Order) error {
	r.buffer = r.command(r.buffer[:0], mart, o)
	r.sent++
	_, err := r.Write(r.buffer)
	return err
}

// read counts the answers.
func (r *redis) read() {
	var n int64
	lines := bufio.NewReader(r)
	for {
		if err := answer(lines); err != nil {
			r.answers <- result{n, err}
			return
		}
		n++
	}
}

// answer reads one answer: the number of subscribers in one line, or the ID of an entry
// in the line after its length.
func answer(lines *bufio.Reader) error {
	line, err := lines.ReadSlice('\n')
	switch {
	case err != nil:
	case line[0] == '$':
		_, err = lines.ReadSlice('\n')
	case line[0] != ':':
		err = fmt.Errorf("redis says: %s", bytes.TrimSpace(line))
	}
	return err
}

// close ends the sending side. Redis then answers everything, and closes.
func (r *redis) close() error {
	defer r.Close()
	if err := r.half.CloseWrite(); err != nil {
		return err
	}
	if got := <-r.answers; got.n < r.sent {
		return fmt.Errorf("%d of %d orders are published: %w", got.n, r.sent, got.err)
	}
	return nil
}

// How many connections POST at once, and how many orders may wait for each: at 1,000 orders
// a second that is a quarter of a second. With more the publisher waits.
const (
	connections = 4
	queue       = 64
)

// posts publishes by HTTP, on connections that stay open. Orders of one mart take the same
// connection, and so arrive in order.
type posts struct {
	url    string
	seed   maphash.Seed
	queues [connections]chan post
	done   chan error
}

type post struct {
	mart    string
	payload []byte
}

func openPosts(address, path string) (sender, error) {
	p := &posts{url: "http://" + address + path, seed: maphash.MakeSeed(), done: make(chan error, connections)}
	for i := range p.queues {
		p.queues[i] = make(chan post, queue)
		go func() { p.done <- p.work(p.queues[i]) }()
	}
	return p, nil
}

func (p *posts) send(mart string, o sseread.Order) error {
	p.queues[maphash.String(p.seed, mart)%connections] <- post{mart, payload(mart, o)}
	return nil
}

// work posts the orders of a queue. After an error it only empties the queue.
func (p *posts) work(queue <-chan post) (err error) {
	client := http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for one := range queue {
		if err == nil {
			err = p.post(&client, one)
		}
	}
	return err
}

func (p *posts) post(client *http.Client, one post) error {
	answer, err := client.Post(p.url+one.mart, "application/json", bytes.NewReader(one.payload))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", p.url+one.mart, answer.Status)
	}
	return err
}

func (p *posts) close() (err error) {
	for _, q := range p.queues {
		close(q)
	}
	for range p.queues {
		if failed := <-p.done; failed != nil {
			err = failed
		}
	}
	return err
}
