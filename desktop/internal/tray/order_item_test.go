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
		before func(*orderItem)
		want   ipc.Key
	}{
		{"an order that stood there for a while", func(s *orderItem) { s.setOrder("1001", first); time.Sleep(clickDelay) }, first},
		{"one that has just come", func(s *orderItem) { s.setOrder("1001", first); time.Sleep(clickDelay - 1) }, ipc.Key{}},
		{"another slid into its place", func(s *orderItem) { s.setOrder("1001", first); time.Sleep(time.Hour); s.setOrder("1002", second) }, ipc.Key{}},
		{"and stood there for a while", func(s *orderItem) { s.setOrder("1001", first); s.setOrder("1002", second); time.Sleep(clickDelay) }, second},
		{"it is gone", func(s *orderItem) { s.setOrder("1001", first); time.Sleep(time.Hour); s.clear(); time.Sleep(time.Hour) }, ipc.Key{}},
		{"it came again", func(s *orderItem) {
			s.setOrder("1001", first)
			s.clear()
			s.setOrder("1001", first)
			time.Sleep(clickDelay)
		}, first},
		{"the same order shown again", func(s *orderItem) { s.setOrder("1001", first); time.Sleep(clickDelay); s.setOrder("1001", first) }, first},
		{"the same number of another mart", func(s *orderItem) {
			s.setOrder("1001", first)
			time.Sleep(clickDelay)
			s.setOrder("1001", ipc.Key{Mart: "43", Order: "1001"})
		}, ipc.Key{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &orderItem{menuItem: newHiddenItem(systray.AddMenuItem(name, ""))}
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
	s := &orderItem{menuItem: newHiddenItem(systray.AddMenuItem(name, ""))}
	s.setOrder("1001", ipc.Key{Order: "1001"})
	s.item.ClickedCh <- struct{}{}
	s.setOrder("1002", ipc.Key{Order: "1002"})
	if len(s.item.ClickedCh) != 0 {
		t.Error("it waits still")
	}
}
