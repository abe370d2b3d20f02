//go:build linux

package main

import (
	"reflect"
	"testing"
	"time"
)

func TestPlanIsAFunctionOfTheSeedAlone(t *testing.T) {
	if !reflect.DeepEqual(plan(7, time.Minute, 3, kinds), plan(7, time.Minute, 3, kinds)) {
		t.Error("one seed, two plans")
	}
	if reflect.DeepEqual(plan(7, time.Minute, 3, kinds), plan(8, time.Minute, 3, kinds)) {
		t.Error("two seeds, one plan")
	}
}

func TestPlanHasEveryKindAndLeavesOnePodAlone(t *testing.T) {
	for _, length := range []time.Duration{30 * time.Second, testLength, 5 * time.Minute} {
		for seed := range uint64(200) {
			faults := plan(seed, length, 3, kinds)
			missing := make(map[kind]bool)
			for _, k := range kinds {
				missing[k] = true
			}
			for i, f := range faults {
				delete(missing, f.kind)
				if f.at > length || i > 0 && f.at < faults[i-1].at {
					t.Errorf("seed %d: a fault at %v of %v", seed, f.at, length)
				}
				if n := hitAt(faults, f.at); n > 2 {
					t.Errorf("seed %d: %d of 3 pods are hit at %v", seed, n, f.at)
				}
			}
			if len(missing) > 0 {
				t.Errorf("seed %d, %v: %d faults, but none of %v", seed, length, len(faults), missing)
			}
		}
	}
}

// hitAt counts the pods that a fault lasts on.
func hitAt(faults []fault, at time.Duration) int {
	hit := make(map[int]bool)
	for _, f := range faults {
		if f.pod >= 0 && f.kind != redisCut && f.at <= at && at < f.at+f.lasts {
			hit[f.pod] = true
		}
	}
	return len(hit)
}
