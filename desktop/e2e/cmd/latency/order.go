//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
)

// order publishes one order, waits until it was seen and heard, and confirms it. It
// returns the times from publishing to the first sample, to the first sample that can be
// heard, and to the popup.
func (b *bench) order(ctx context.Context) (took [3]time.Duration, err error) {
	b.next++
	number := strconv.Itoa(b.next)
	before, err := b.pc.Speaker.Recordings()
	if err != nil {
		return took, err
	}
	published, err := b.redis.PublishAt(fmt.Sprintf(`{"martId":42,"orderId":%s}`, number))
	if err != nil {
		return took, err
	}
	if took[2], err = b.untilSeen(ctx, published); err != nil {
		return took, err
	}
	if took[0], took[1], err = b.heard(ctx, published, len(before)); err != nil {
		return took, err
	}
	if _, err := b.pc.Do(ctx, "ack", number); err != nil {
		return took, err
	}
	_, err = b.pc.UntilStatus(ctx, "silence", func(s ipc.Status) bool { return s.Player.State == ipc.ChildIdle })
	if err != nil {
		return took, err
	}
	return took, b.untilClosed(ctx)
}

// popup reports whether a popup is mapped. The window manager does not manage popups.
func (b *bench) popup() (bool, error) {
	windows, err := b.session.Screen.Windows()
	for _, w := range windows {
		if !w.Managed && w.Bounds.Dx() > 300 { // the panel's own are smaller
			return true, err
		}
	}
	return false, err
}

// untilSeen checks every few milliseconds: harness.Until is too coarse for this.
func (b *bench) untilSeen(ctx context.Context, published time.Time) (time.Duration, error) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		there, err := b.popup()
		switch {
		case there || err != nil:
			return time.Since(published), err
		case time.Since(published) > harness.Timeout:
			return 0, errors.New("the popup never came")
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func (b *bench) untilClosed(ctx context.Context) error {
	return harness.Until(ctx, "the popup to go", func() error {
		there, err := b.popup()
		if there {
			err = errors.New("it is there")
		}
		return err
	})
}

// audible is -40 dBFS: the lead-in lies 40 dB below, the bell starts 20 dB above.
const audible = 0.01

func (b *bench) heard(ctx context.Context, published time.Time, earlier int) (sample, sound time.Duration, err error) {
	err = harness.Until(ctx, "the order to be heard", func() error {
		segments, err := b.pc.Speaker.Recordings()
		if err != nil {
			return err
		}
		for _, s := range segments[earlier:] { // a check of the speaker, which is silent, may come first
			i := slices.IndexFunc(s.Frames, func(f [2]float32) bool { return f[0] > audible || f[0] < -audible })
			if i >= 0 {
				sample, sound = s.At(0).Sub(published), s.At(i).Sub(published)
				return nil
			}
		}
		return errors.New("nothing was played that can be heard")
	})
	return sample, sound, err
}
