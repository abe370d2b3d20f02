package pod

import (
	"context"
	"runtime/debug"
	gauges "runtime/metrics"
	"time"

	"jumun/server/internal/wait"
)

const (
	// restEvery is how often it is looked whether the server has nothing to do: a storm of
	// devices leaves more garbage than their streams take, and the next one may be weeks off.
	restEvery = 2 * time.Second
	// busy is what a server allocates in that time that has something to do, in bytes.
	busy = 1 << 20
	// worth is how much has to have been allocated since for memory to be given back again:
	// to look for it takes some milliseconds.
	worth = 16 << 20
)

// rest gives memory back to the system whenever there is nothing to do after there was,
// until ctx ends. Go would keep up to twice of what is in use.
func rest(ctx context.Context) {
	allocated := []gauges.Sample{{Name: "/gc/heap/allocs:bytes"}}
	var last, given uint64
	for ctx.Err() == nil {
		wait.For(ctx, restEvery)
		gauges.Read(allocated)
		now := allocated[0].Value.Uint64()
		if now-last < busy && now-given > worth {
			debug.FreeOSMemory()
			given = now
		}
		last = now
	}
}
