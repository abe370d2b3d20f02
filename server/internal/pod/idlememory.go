package pod

import (
	"context"
	"runtime/debug"
	gauges "runtime/metrics"
	"time"

	"jumun/server/internal/wait"
)

const (
	// idleCheck is how often the server checks whether it is idle.
	idleCheck = 2 * time.Second
	// idleAllocs is how many bytes an idle server allocates in that time at most.
	idleAllocs = 1 << 20
	// enoughAllocs is how many bytes must have been allocated since the last time before memory is
	// returned again, because that takes some milliseconds.
	enoughAllocs = 16 << 20
)

// returnMemory returns unused memory to the system whenever the server has become idle, until ctx
// ends. A storm of devices leaves garbage, and the next storm may be weeks off; Go alone would keep
// 2.9 KB for each of 15,000 streams, and not 1.6.
func returnMemory(ctx context.Context) {
	allocated := []gauges.Sample{{Name: "/gc/heap/allocs:bytes"}}
	var last, returned uint64
	for ctx.Err() == nil {
		wait.For(ctx, idleCheck)
		gauges.Read(allocated)
		now := allocated[0].Value.Uint64()
		if now-last < idleAllocs && now-returned > enoughAllocs {
			debug.FreeOSMemory()
			returned = now
		}
		last = now
	}
}
