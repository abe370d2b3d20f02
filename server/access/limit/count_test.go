package limit

import (
	"sync"
	"testing"
)

func TestSoManyAreHeldUnderOneKeyAndNoMore(t *testing.T) {
	c := NewCount[string](2)
	first, ok := c.Take("a")
	_, ok2 := c.Take("a")
	if more, ok3 := c.Take("a"); !ok || !ok2 || ok3 || more != nil {
		t.Fatalf("the first: %v, the second: %v, the third: %v", ok, ok2, ok3)
	}
	if _, ok := c.Take("b"); !ok {
		t.Error("another key was refused")
	}
	first()
	first() // twice is once
	if _, ok := c.Take("a"); !ok {
		t.Error("what was released cannot be taken")
	}
	if _, ok := c.Take("a"); ok {
		t.Error("what was released twice counts twice")
	}
}

func TestWhatNobodyHoldsIsForgotten(t *testing.T) {
	c := NewCount[int](1)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for range 500 {
				if release, ok := c.Take(n % 4); ok {
					release()
				}
			}
		})
	}
	all.Wait()
	if c.Keys() != 0 {
		t.Errorf("%d keys are remembered", c.Keys())
	}
}

func TestOfNoneNothingIsHeld(t *testing.T) {
	c := NewCount[int](0)
	if _, ok := c.Take(1); ok || c.Keys() != 0 {
		t.Errorf("taken: %v, remembered: %d", ok, c.Keys())
	}
}
