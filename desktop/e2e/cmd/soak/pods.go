//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/shared/wire"
)

// How the servers run. Times are short, so that minutes cover what weeks cover in stores.
const (
	heartbeat = time.Second            // devices notice a half-open connection after 2.5 of them
	drain     = 3 * time.Second        // over which a stopping pod spreads the end of its streams
	lifetime  = 20 * time.Second       // of a stream, at least
	retry     = 200 * time.Millisecond // how long devices wait before they connect again
	intakeKey = "jumun:orders"
	topic     = "order"
)

// programs starts processes in a session. It is safe for concurrent use.
type programs struct {
	mu      sync.Mutex
	session *harness.Session
}

func (p *programs) start(name, program string, args ...string) (*harness.Process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.session.Start(name, []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}, program, args...)
}

// grace is how long a program may take to stop when asked: Kubernetes's default.
const grace = 30 * time.Second

// end stops a program, by force or by SIGTERM, and returns how long the latter took.
func end(p *harness.Process, force bool) (took time.Duration, err error) {
	if force {
		p.Kill()
		return 0, nil
	}
	asked := time.Now()
	_ = syscall.Kill(p.PID, syscall.SIGTERM) // it may be gone already
	select {
	case <-p.Done():
		return time.Since(asked), nil
	case <-time.After(grace):
		p.Kill()
		return grace, fmt.Errorf("%s did not end within %v when it was asked to", p.Name, grace)
	}
}

// A pod is one server process, which reaches Redis through a proxy.
type pod struct {
	number  int
	port    int
	program string
	keys    string // path of the file with the keys for tokens
	redis   *proxy
	*programs

	mu      sync.Mutex // held while the pod is down: faults that hit it together do so in turn
	process *harness.Process
}

func openPod(ctx context.Context, number int, programs *programs, program, keys string, r *redis) (*pod, error) {
	port, err := harness.FreePort()
	if err != nil {
		return nil, err
	}
	toRedis, err := openProxy(func() (net.Conn, int, error) {
		conn, err := net.DialTimeout("tcp", r.addr(), time.Second)
		return conn, 0, err
	})
	if err != nil {
		return nil, err
	}
	p := &pod{number: number, port: port, program: program, keys: keys, redis: toRedis, programs: programs}
	return p, errors.Join(p.start(), p.untilReady(ctx))
}

func (p *pod) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)) }

func (p *pod) start() (err error) {
	p.process, err = p.programs.start(fmt.Sprintf("pod%d", p.number), p.program, "serve",
		"--listen", p.addr(), "--keys", p.keys, "--redis", "redis://"+p.redis.addr(), "--topic", topic, "--intake", intakeKey,
		"--heartbeat", heartbeat.String(), "--drain", drain.String(), "--lifetime", lifetime.String(), "--retry", retry.String())
	return err
}

// away stops the pod, by force or by SIGTERM, and starts it again after a while, whatever
// went wrong.
func (p *pod) away(ctx context.Context, force bool, lasts time.Duration) (took time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	crashed := p.crashed()
	took, err = end(p.process, force)
	pause(ctx, lasts)
	return took, errors.Join(crashed, err, p.start())
}

// crashed returns an error if the pod has ended by itself. The caller must hold p.mu.
func (p *pod) crashed() error {
	select {
	case <-p.process.Done():
		return fmt.Errorf("pod %d ended by itself (%v)\n%s", p.number, p.process.Err(), p.process.Tail())
	default:
		return nil
	}
}

func (p *pod) untilReady(ctx context.Context) error {
	return harness.Until(ctx, fmt.Sprintf("pod %d to be ready", p.number), func() error {
		_, err := get(ctx, "http://"+p.addr()+wire.ReadyPath)
		if err == nil {
			return nil
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		return errors.Join(err, p.crashed())
	})
}

func (p *pod) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = syscall.Kill(p.process.PID, syscall.SIGKILL)
	<-p.process.Done()
	p.redis.close()
}

// A cluster is the pods behind one address.
type cluster struct {
	pods     []*pod
	balancer *proxy
	next     atomic.Uint64 // which pod gets the next connection
}

func openCluster(ctx context.Context, n int, programs *programs, program, keys string, r *redis) (c *cluster, err error) {
	c = &cluster{}
	for i := range n {
		p, err := openPod(ctx, i, programs, program, keys, r)
		if err != nil {
			return nil, err
		}
		c.pods = append(c.pods, p)
	}
	c.balancer, err = openProxy(c.dial)
	return c, err
}

// dial takes the pods in turn, and skips those that refuse, as load balancers do between
// two readiness checks.
func (c *cluster) dial() (net.Conn, int, error) {
	var failed error
	for range c.pods {
		p := c.pods[c.next.Add(1)%uint64(len(c.pods))]
		conn, err := net.DialTimeout("tcp", p.addr(), time.Second)
		if err == nil {
			return conn, p.number, nil
		}
		failed = err
	}
	return nil, -1, failed
}

func (c *cluster) url() string { return "http://" + c.balancer.addr() }

func (c *cluster) untilReady(ctx context.Context) error {
	errs := make([]error, len(c.pods))
	var wg sync.WaitGroup
	for i, p := range c.pods {
		wg.Go(func() { errs[i] = p.untilReady(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (c *cluster) close() {
	c.balancer.close()
	for _, p := range c.pods {
		p.kill()
	}
}

func get(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	ask.Close = true // a connection that stays open would be counted as a leak
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	return body(answer)
}

// pause waits for d, or less when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
