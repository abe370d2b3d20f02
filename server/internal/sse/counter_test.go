package sse

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
)

func TestAStoppingPodWaitsForTheLastStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var streams counter
		if err := streams.wait(t.Context()); err != nil {
			t.Errorf("without any: %v", err)
		}
		for range 2 { // it can be asked again
			streams.add()
			streams.add()
			var wg sync.WaitGroup
			done := 0
			var mu sync.Mutex
			for range 3 {
				wg.Go(func() {
					if err := streams.wait(t.Context()); err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					done++
				})
			}
			synctest.Wait()
			streams.remove()
			synctest.Wait()
			if mu.Lock(); done != 0 {
				t.Error("it did not wait for the last")
			}
			mu.Unlock()
			streams.remove()
			wg.Wait()
			if err := streams.wait(t.Context()); err != nil {
				t.Errorf("once they are over: %v", err)
			}
		}
	})
}

func TestAWaitForStreamsEndsWithItsContext(t *testing.T) {
	var streams counter
	streams.add()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := streams.wait(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	streams.remove()
	if err := streams.wait(t.Context()); err != nil {
		t.Error(err)
	}
}
