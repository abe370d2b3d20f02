//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"jumun/shared/wire"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// use is what a process holds.
type use struct{ goroutines, descriptors int }

// ownUse returns what this process holds, without the connections from pods to Redis that
// it carries: two goroutines and two descriptors each. Killed devices have left files open
// that nothing refers to; the garbage collector closes those.
func (c *cluster) ownUse() (use, error) {
	runtime.GC()
	runtime.GC() // descriptors are closed after the first one
	files, err := os.ReadDir("/proc/self/fd")
	carried := 0
	for _, p := range c.pods {
		carried += p.redis.open()
	}
	return use{runtime.NumGoroutine() - 2*carried, len(files) - 2*carried}, err
}

func (p *pod) use(ctx context.Context) (use, error) {
	m, err := p.metrics(ctx)
	return use{int(m["go_goroutines"]), int(m["process_open_fds"])}, err
}

// metrics returns the metrics of a pod, by name with labels.
func (p *pod) metrics(ctx context.Context) (map[string]float64, error) {
	text, err := get(ctx, "http://"+p.addr()+wire.MetricsPath)
	if err != nil {
		return nil, err
	}
	values := make(map[string]float64)
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil && name != "#" {
			values[name] = v
		}
	}
	return values, nil
}

const (
	// spare is how much more a pod may hold than before any device came: its pool of
	// connections to Redis has grown under load. A leak of devices would be hundreds.
	spare = 40
	// oursSpare is for this process. It has no pool, but a pod may open or close a connection
	// to Redis just between the counts. A leak of 200 devices would be hundreds, too.
	oursSpare = 8
)

func (u use) beyond(before use, spare int) error {
	if u.goroutines > before.goroutines+spare || u.descriptors > before.descriptors+spare {
		return fmt.Errorf("%d goroutines and %d descriptors, before any device came %d and %d", u.goroutines, u.descriptors, before.goroutines, before.descriptors)
	}
	return nil
}

// left returns an error if this process or a pod still holds something when the devices have ended.
func (c *cluster) left(ctx context.Context, own use, pods []use) error {
	errs := []error{soon(ctx, "this process", func() error {
		now, err := c.ownUse()
		return errors.Join(err, now.beyond(own, oursSpare))
	})}
	for i, p := range c.pods {
		errs = append(errs, soon(ctx, fmt.Sprintf("pod %d", i), func() error {
			now, err := p.use(ctx)
			return errors.Join(err, now.beyond(pods[i], spare))
		}))
	}
	return errors.Join(errs...)
}

// soon calls ok until it returns nil, for as long as a pod may need to notice that a
// connection has ended.
func soon(ctx context.Context, who string, ok func() error) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		err := ok()
		if err == nil {
			return nil
		}
		if pause(ctx, 250*time.Millisecond); ctx.Err() != nil {
			return fmt.Errorf("%s still holds %w", who, err)
		}
	}
}
