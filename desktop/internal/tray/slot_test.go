//go:build linux

package tray

import (
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/systray"

	"jumun/desktop/internal/ipc"
)

func TestAClickConfirmsWhatThePersonSaw(t *testing.T) {
	first, second := ipc.Key{Mart: "42", Order: "1001"}, ipc.Key{Mart: "42", Order: "1002"}
	tests := []struct {
		name   string
		before func(*slot)
		want   ipc.Key
	}{
		{"an order that stood there for a while", func(s *slot) { s.give("1001", first); time.Sleep(settle) }, first},
		{"one that has just come", func(s *slot) { s.give("1001", first); time.Sleep(settle - 1) }, ipc.Key{}},
		{"another slid into its place", func(s *slot) { s.give("1001", first); time.Sleep(time.Hour); s.give("1002", second) }, ipc.Key{}},
		{"and stood there for a while", func(s *slot) { s.give("1001", first); s.give("1002", second); time.Sleep(settle) }, second},
		{"it is gone", func(s *slot) { s.give("1001", first); time.Sleep(time.Hour); s.clear(); time.Sleep(time.Hour) }, ipc.Key{}},
		{"it came again", func(s *slot) { s.give("1001", first); s.clear(); s.give("1001", first); time.Sleep(settle) }, first},
		{"the same order shown again", func(s *slot) { s.give("1001", first); time.Sleep(settle); s.give("1001", first) }, first},
		{"the same number of another mart", func(s *slot) {
			s.give("1001", first)
			time.Sleep(settle)
			s.give("1001", ipc.Key{Mart: "43", Order: "1001"})
		}, ipc.Key{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &slot{entry: hidden(systray.AddMenuItem(name, ""))}
				tt.before(s)
				key, ok := s.clicked(time.Now())
				if ok != (tt.want != ipc.Key{}) || ok && key != tt.want {
					t.Errorf("%+v, %v", key, ok)
				}
			})
		})
	}
}

func TestAClickThatWaitedIsNotForTheNextOrder(t *testing.T) {
	s := &slot{entry: hidden(systray.AddMenuItem(name, ""))}
	s.give("1001", ipc.Key{Order: "1001"})
	s.item.ClickedCh <- struct{}{}
	s.give("1002", ipc.Key{Order: "1002"})
	if len(s.item.ClickedCh) != 0 {
		t.Error("it waits still")
	}
}
