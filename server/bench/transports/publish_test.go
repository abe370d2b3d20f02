//go:build linux

package main

import (
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
)

func TestOrdersAreSpreadEvenlyOverMarts(t *testing.T) {
	counts := map[order.MartID]int{}
	list := martsOf(25, 10)
	for _, m := range list {
		counts[m]++
	}
	for i := range 10 {
		if n := counts[mart(i)]; n != 2 && n != 3 {
			t.Errorf("mart %s has %d orders", mart(i), n)
		}
	}
	for i, m := range martsOf(25, 10) {
		if list[i] != m {
			t.Fatal("the next way gets other orders")
		}
	}
}

func TestTurnsAreSpreadEvenlyOverATime(t *testing.T) {
	for i, want := range []time.Duration{0, 250 * time.Millisecond, 500 * time.Millisecond, 750 * time.Millisecond} {
		if got := turn(i, 4, time.Second); got != want {
			t.Errorf("the turn of %d is after %v, want %v", i, got, want)
		}
	}
	if got := turn(99_999, 100_000, time.Hour); got >= time.Hour || got < time.Hour-time.Second {
		t.Errorf("the last of many has its turn after %v", got)
	}
}

func TestAPauseEndsWithItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		pause(t.Context(), time.Minute)
		if took := time.Since(began); took != time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}
