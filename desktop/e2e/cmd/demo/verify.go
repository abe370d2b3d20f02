//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"time"

	"jumun/assets/fonts"
	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/screen"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// The sizes of letters on the popup, in pixels: those of an order's number, which are smaller
// for a longer number, and that of the button.
const (
	leastNumber, mostNumber = 34, 56
	buttonSize              = 22
)

// verify follows the first order, and saves what was seen and heard of it.
func (d *demo) verify(ctx context.Context) error {
	s, err := d.pc.UntilStatus(ctx, "the first order to be seen and heard", func(s ipc.Status) bool {
		return len(s.Waiting) > 0 && s.UI.Count > 0 && s.Player.Count > 0
	})
	if err != nil {
		return err
	}
	first := s.Waiting[0].Order
	d.say("order "+string(first)+" rings", "주문 "+string(first)+" 이(가) 울립니다")
	left := filepath.Join(d.programs, "run")
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, left); err == nil {
			left = short // to be read by people
		}
	}
	if err := os.MkdirAll(left, 0o755); err != nil {
		return err
	}
	if err := d.confirm(ctx, first, filepath.Join(left, "popup.png")); err != nil {
		return err
	}
	return d.checkSound(ctx, filepath.Join(left, "heard.wav"))
}

// confirm reads the order's number on the popup, saves a screenshot, and confirms the
// order with the mouse. On a person's own screen it leaves the mouse alone.
func (d *demo) confirm(ctx context.Context, number order.OrderID, path string) error {
	if d.screen {
		_, err := d.pc.Do(ctx, "ack", string(number))
		return err
	}
	reader, err := screen.NewReader(fonts.Bold())
	if err != nil {
		return err
	}
	var button image.Point
	err = harness.Until(ctx, "the popup to be readable", func() (err error) {
		button, err = d.findButton(ctx, reader, number, path)
		return err
	})
	if err != nil {
		return err
	}
	if err := d.Screen.Click(ctx, button); err != nil {
		return err
	}
	_, err = d.pc.UntilStatus(ctx, "확인 to be taken", func(s ipc.Status) bool {
		for _, c := range s.Waiting {
			if c.Order == number {
				return false
			}
		}
		return true
	})
	if err == nil {
		d.say("seen, and confirmed with the mouse: "+path, "화면에 떴고 마우스로 확인했습니다: "+path)
	}
	return err
}

// findButton takes a screenshot, saves it, checks the popup on it, and finds the button.
func (d *demo) findButton(ctx context.Context, reader *screen.Reader, number order.OrderID, path string) (image.Point, error) {
	windows, err := d.pc.Windows(ctx)
	if err != nil || len(windows) != 1 {
		return image.Point{}, fmt.Errorf("%d windows are on the screen, %w", len(windows), err)
	}
	popup := windows[0]
	if covered, err := d.Screen.Covered(popup); covered || err != nil {
		return image.Point{}, errors.Join(errors.New("something lies over the popup"), err)
	}
	shot, err := d.Screen.Screenshot()
	if err != nil {
		return image.Point{}, err
	}
	if err := writePNG(path, shot); err != nil {
		return image.Point{}, err
	}
	if got, err := reader.Read(shot, popup.Bounds, string(number), leastNumber, mostNumber); err != nil || got.Likeness < screen.Threshold {
		return image.Point{}, fmt.Errorf("order %s cannot be read on the popup, likeness %.2f, %w", number, got.Likeness, err)
	}
	button, err := reader.Find(shot, popup.Bounds, "확인", buttonSize)
	if err != nil || button.Likeness < screen.Threshold {
		return image.Point{}, fmt.Errorf("확인 cannot be read on the popup, likeness %.2f, %w", button.Likeness, err)
	}
	return button.Centre(), nil
}

// checkSound stops the app, and finds the sound of an order in the recording.
func (d *demo) checkSound(ctx context.Context, path string) error {
	if d.sound {
		return nil
	}
	if err := d.pc.Agent.Stop(); err != nil {
		return err
	}
	recording, err := d.pc.Speaker.Wait(ctx)
	if err != nil {
		return err
	}
	if err := sound.WriteWAV(path, recording); err != nil {
		return err
	}
	plays, err := sound.Plays(recording)
	if err != nil {
		return err
	}
	n := sound.Count(plays, "order")
	if n == 0 {
		return fmt.Errorf("주문~ was not heard: listen to %s", path)
	}
	first := plays[0]
	length := first.End.Sub(first.Begin).Round(10 * time.Millisecond)
	d.say(fmt.Sprintf("heard 주문~ %d times, %v each: %s", n, length, path), fmt.Sprintf("주문~ 소리를 %d번 들었습니다: %s", n, path))
	return nil
}

func writePNG(path string, img image.Image) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return png.Encode(f, img)
}
