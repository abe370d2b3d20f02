package player

import (
	"context"
	"math"
	"sync"

	"jumun/desktop/internal/ipc"
)

// A meter measures the peak of what the system plays while a sound plays. Each system has a
// function listen, which calls its argument with the peak of each moment until ctx ends, and
// never if the system does not tell. It is safe for concurrent use.
type meter struct {
	mu    sync.Mutex
	known bool
	peak  float64
}

// startMeter measures until ctx ends.
func startMeter(ctx context.Context) *meter {
	m := &meter{}
	go listen(ctx, m.add)
	return m
}

func (m *meter) add(peak float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known, m.peak = true, max(m.peak, peak)
}

// verdict returns what is wrong with what was measured, if a sound should have this peak:
// ipc.NoVolume, ipc.Quiet or nothing. Other programs that play meanwhile count as ours.
func (m *meter) verdict(want float64) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch level := math.Cbrt(m.peak / want); { // as mixers show it: a tenth is 60 dB less
	case !m.known || want == 0:
		return ""
	case level <= silentLevel:
		return ipc.NoVolume
	case level < quietLevel:
		return ipc.Quiet
	}
	return ""
}
