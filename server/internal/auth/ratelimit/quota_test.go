package ratelimit

import (
	"sync"
	"testing"
)

func TestAKeyHoldsNoMoreThanItsQuota(t *testing.T) {
	c := NewQuota[string](2)
	if first, second, third := c.Acquire("a"), c.Acquire("a"), c.Acquire("a"); !first || !second || third {
		t.Fatalf("the first: %v, the second: %v, the third: %v", first, second, third)
	}
	if !c.Acquire("b") {
		t.Error("another key was refused")
	}
	c.Release("a")
	if !c.Acquire("a") {
		t.Error("what was released cannot be acquired")
	}
	if c.Acquire("a") {
		t.Error("what was released once can be acquired twice")
	}
}

func TestAKeyThatHoldsNothingIsForgotten(t *testing.T) {
	c := NewQuota[int](3)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for range 500 {
				if c.Acquire(n % 4) {
					c.Release(n % 4)
				}
			}
		})
	}
	all.Wait()
	if c.Keys() != 0 {
		t.Errorf("%d keys are remembered", c.Keys())
	}
}

func TestAQuotaOfNoneAllowsNothing(t *testing.T) {
	c := NewQuota[int](0)
	if c.Acquire(1) || c.Keys() != 0 {
		t.Errorf("it was acquired, or is remembered: %d", c.Keys())
	}
}
