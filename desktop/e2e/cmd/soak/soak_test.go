//go:build linux

package main

import (
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"

	"jumun/server/sqltest"
)

func TestNoRecordedOrderIsLostAndNoneRingsTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	testSoak(t, usual, 0)
}

func TestEachOrderThatAShopCommitsRingsOnceAndNoneThatItRollsBack(t *testing.T) {
	sqltest.Need(t)
	testSoak(t, usual/10, usual)
}

func testSoak(t *testing.T, rate, committed int) {
	program := filepath.Join(t.TempDir(), "jumun-server")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", program, "../../../../server").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	defer guard(testLength, t.Output()).Stop()
	seed := rand.Uint64N(1_000_000)
	wrong, err := soak(t.Context(), seed, testLength, rate, committed, program, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if wrong > 0 {
		t.Errorf("%d promises were not kept with seed %d; the same trouble again: make %s SEED=%d FOR=%v", wrong, seed, target(committed), seed, testLength)
	}
}
