//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"jumun/desktop/e2e/harness"
)

// floodPatience is how long it may take until all orders of a flood have arrived.
const floodPatience = 10 * time.Minute

// flooded is the effect of a flood on a PC.
type flooded struct {
	all      time.Duration // from the start of jumun until status shows every order
	ring     time.Duration // and until a sound was played to its end
	popup    time.Duration // and until a card was on the screen
	slowest  time.Duration // slowest answer of status until then, with the start of the command
	failed   int           // calls of status without an answer, after the first answer
	lastFail error
	waiting  int
	agent    memory
	window   memory
	used     time.Duration // processor time of the agent
}

// flood publishes orders to a mart while its PC is off, and prints what happens when the PC
// is started.
func (b *bench) flood(ctx context.Context, orders int) error {
	const mart = "99"
	pc, err := b.newPC(ctx, "flooded", mart)
	if err != nil {
		return err
	}
	// A PC that was never connected asks for the orders that are not confirmed. A PC that
	// was connected asks for everything since then.
	if err := start(ctx, pc); err != nil {
		return err
	}
	if err := pc.Agent.Stop(); err != nil {
		return err
	}
	if err := b.fill(ctx, mart, orders); err != nil {
		return err
	}
	f, err := b.startFlooded(ctx, pc, orders)
	fmt.Printf("\n%d orders at once, after a time offline\n", orders)
	row := func(what string, value any) { fmt.Printf("  %-40s %v\n", what, value) }
	row("orders that status shows in the end", f.waiting)
	row("until it showed all", f.all.Round(10*time.Millisecond))
	row("until the first card was on the screen", f.popup.Round(10*time.Millisecond))
	row("until the first sound had ended", f.ring.Round(10*time.Millisecond))
	row("slowest answer of status", f.slowest.Round(time.Millisecond))
	row("status without an answer", fmt.Sprint(f.failed, " ", line(f.lastFail)))
	row("processor time of the agent", f.used)
	row("agent, most memory", fmt.Sprintf("%.1f MB (own now %.1f MB)", f.agent.peak, f.agent.own))
	row("window, most memory", fmt.Sprintf("%.1f MB", f.window.peak))
	return errors.Join(err, b.countPlays(ctx, pc, row))
}

// line returns the first line of an error.
func line(err error) string {
	if err == nil {
		return ""
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return first
}

// countPlays prints how often the sound device was opened in ten more seconds. One alarm opens it once.
func (b *bench) countPlays(ctx context.Context, pc *harness.PC, row func(string, any)) error {
	before, err := pc.Speaker.Recordings()
	if err != nil {
		return err
	}
	select {
	case <-time.After(10 * time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	after, err := pc.Speaker.Recordings()
	row("ring processes that played until then", len(before))
	row("and 10 s later", len(after))
	if s, err := pc.Status(ctx); err == nil {
		row("sounds played to their end by then", s.Player.Count)
	}
	return errors.Join(err, pc.Agent.Stop())
}

// fill publishes the orders, and returns once the server's log has them.
func (b *bench) fill(ctx context.Context, mart string, orders int) error {
	conn, err := net.Dial("tcp", b.redis.Addr())
	if err != nil {
		return err
	}
	defer conn.Close()
	// The server takes orders from the topic as fast as it records them, and drops the
	// rest: publish no more at once than it can hold.
	const wave = 200
	answers := bufio.NewReader(conn)
	for n := 0; n < orders; {
		for range min(wave, orders-n) {
			n++
			msg := fmt.Sprintf(`{"martId":%s,"orderId":%d,"summary":"아메리카노 2잔, 카페라떼 1잔","amount":"13,500원"}`, mart, n)
			if _, err := fmt.Fprintf(conn, "*3\r\n$7\r\nPUBLISH\r\n$5\r\norder\r\n$%d\r\n%s\r\n", len(msg), msg); err != nil {
				return err
			}
			if answer, err := answers.ReadString('\n'); err != nil || answer != ":1\r\n" {
				return fmt.Errorf("publish: Redis answered %q, %w", answer, err)
			}
		}
		if err := b.recorded(ctx, mart, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) recorded(ctx context.Context, mart string, n int) error {
	return harness.Until(ctx, "the orders to be recorded", func() error {
		length, err := b.redis.CLI(ctx, "XLEN", "jumun:{"+mart+"}:log")
		if strings.TrimSpace(length) != fmt.Sprint(n) {
			return fmt.Errorf("%s of %d are: %w", strings.TrimSpace(length), n, err)
		}
		return nil
	})
}

// statusInterval is the time between two calls of status: an answer with ten thousand orders
// costs the agent time, which would spoil the measurement.
const statusInterval = time.Second

// startFlooded starts the PC and asks for its status until the PC has all orders, has played a
// sound and has shown a card.
func (b *bench) startFlooded(ctx context.Context, pc *harness.PC, orders int) (f flooded, err error) {
	ctx, cancel := context.WithTimeout(ctx, floodPatience)
	defer cancel()
	if err := pc.Open(); err != nil {
		return f, err
	}
	began, answered, agent, window := time.Now(), false, 0, 0
	tick := time.NewTicker(statusInterval)
	defer tick.Stop()
	for ; f.all == 0 || f.ring == 0 || f.popup == 0; <-tick.C {
		asked := time.Now()
		s, err := pc.Status(ctx)
		switch {
		case ctx.Err() != nil:
			err = fmt.Errorf("gave up after %v: %w", time.Since(began).Round(time.Second), ctx.Err())
			return f, errors.Join(err, f.note(agent, window))
		case err != nil:
			if answered {
				f.failed, f.lastFail = f.failed+1, err
			}
			continue
		}
		answered, agent, window = true, s.PID, max(window, s.UI.PID)
		f.slowest, f.waiting = max(f.slowest, time.Since(asked)), s.Orders
		since := time.Since(began)
		first(&f.all, since, s.Orders >= orders)
		first(&f.ring, since, s.Player.Count > 0)
		first(&f.popup, since, s.UI.Count > 0)
	}
	return f, f.note(agent, window)
}

// first sets when the first time that so is true.
func first(when *time.Duration, now time.Duration, so bool) {
	if so && *when == 0 {
		*when = now
	}
}

// note reads what the processes have used.
func (f *flooded) note(agent, window int) (err error) {
	if agent == 0 {
		return errors.New("jumun never answered")
	}
	f.agent, err = memoryOf(agent)
	used, err2 := cpu(agent)
	f.used = used
	m, err3 := memoryOf(window)
	if !errors.Is(err3, os.ErrNotExist) { // it may have ended by itself
		f.window, err = m, errors.Join(err, err3)
	}
	return errors.Join(err, err2)
}
