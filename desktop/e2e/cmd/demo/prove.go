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

// The sizes of letters on the popup, in pixels of the stage's screen: those of an order's
// number, which are smaller the longer it is, and that of the button.
const (
	leastNumber, mostNumber = 34, 56
	buttonSize              = 22
)

// prove follows the first order, and leaves what was seen and heard of it.
func (t *tryout) prove(ctx context.Context) error {
	s, err := t.pc.UntilStatus(ctx, "the first order to be seen and heard", func(s ipc.Status) bool {
		return len(s.Waiting) > 0 && s.UI.Count > 0 && s.Player.Count > 0
	})
	if err != nil {
		return err
	}
	first := s.Waiting[0].Order
	t.say("order "+string(first)+" rings", "주문 "+string(first)+" 이(가) 울립니다")
	left := filepath.Join(t.programs, "run")
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, left); err == nil {
			left = short // to be read by people
		}
	}
	if err := os.MkdirAll(left, 0o755); err != nil {
		return err
	}
	if err := t.confirm(ctx, first, filepath.Join(left, "popup.png")); err != nil {
		return err
	}
	return t.listen(ctx, filepath.Join(left, "heard.wav"))
}

// confirm reads the order's number on the popup, keeps a screenshot, and confirms the
// order with the mouse. On somebody's own screen, that is left to them.
func (t *tryout) confirm(ctx context.Context, number order.OrderID, path string) error {
	if t.screen {
		_, err := t.pc.Do(ctx, "ack", string(number))
		return err
	}
	reader, err := screen.NewReader(fonts.Bold())
	if err != nil {
		return err
	}
	var button image.Point
	err = harness.Until(ctx, "the popup to be readable", func() (err error) {
		button, err = t.look(ctx, reader, number, path)
		return err
	})
	if err != nil {
		return err
	}
	if err := t.Screen.Click(ctx, button); err != nil {
		return err
	}
	_, err = t.pc.UntilStatus(ctx, "확인 to be taken", func(s ipc.Status) bool {
		for _, c := range s.Waiting {
			if c.Order == number {
				return false
			}
		}
		return true
	})
	if err == nil {
		t.say("seen, and confirmed with the mouse: "+path, "화면에 떴고 마우스로 확인했습니다: "+path)
	}
	return err
}

// look checks the popup on a new screenshot, which it keeps, and finds the button.
func (t *tryout) look(ctx context.Context, reader *screen.Reader, number order.OrderID, path string) (image.Point, error) {
	windows, err := t.pc.Windows(ctx)
	if err != nil || len(windows) != 1 {
		return image.Point{}, fmt.Errorf("%d windows are on the screen, %w", len(windows), err)
	}
	popup := windows[0]
	if covered, err := t.Screen.Covered(popup); covered || err != nil {
		return image.Point{}, errors.Join(errors.New("something lies over the popup"), err)
	}
	shot, err := t.Screen.Shot()
	if err != nil {
		return image.Point{}, err
	}
	if err := writePNG(path, shot); err != nil {
		return image.Point{}, err
	}
	if got, err := reader.Read(shot, popup.Bounds, string(number), leastNumber, mostNumber); err != nil || got.Like < screen.Sure {
		return image.Point{}, fmt.Errorf("order %s cannot be read on the popup, likeness %.2f, %w", number, got.Like, err)
	}
	button, err := reader.Find(shot, popup.Bounds, "확인", buttonSize)
	if err != nil || button.Like < screen.Sure {
		return image.Point{}, fmt.Errorf("확인 cannot be read on the popup, likeness %.2f, %w", button.Like, err)
	}
	return button.Centre(), nil
}

// listen ends the app, and finds the sound of an order in what was heard.
func (t *tryout) listen(ctx context.Context, path string) error {
	if t.sound {
		return nil
	}
	if err := t.pc.Agent.Stop(); err != nil {
		return err
	}
	recording, err := t.pc.Speaker.Wait(ctx)
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
	n := sound.Of(plays, "order")
	if n == 0 {
		return fmt.Errorf("주문~ was not heard: listen to %s", path)
	}
	first := plays[0]
	length := first.End.Sub(first.Begin).Round(10 * time.Millisecond)
	t.say(fmt.Sprintf("heard 주문~ %d times, %v each: %s", n, length, path), fmt.Sprintf("주문~ 소리를 %d번 들었습니다: %s", n, path))
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
