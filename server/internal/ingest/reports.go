package ingest

import (
	"crypto/sha256"
	"sync"
)

// sumSize is how much of a SHA-256 names a message: by far enough that no two messages of the same
// seconds have the same.
const sumSize = 16

// maxReports is how many sums wait for the next report: a second of all that Redis takes. Others record
// again what is left out.
const maxReports = 1 << 14

// A sum names a message of the topic.
type sum [sumSize]byte

func sumOf(message []byte) sum {
	whole := sha256.Sum256(message)
	return sum(whole[:sumSize])
}

// reports collects which messages this server has recorded, until it tells the others. The zero value
// is not ready; some needs room for one.
type reports struct {
	some chan struct{} // holds one while there are any

	mu   sync.Mutex
	sums []byte
}

func (r *reports) add(s sum) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.sums) < maxReports*sumSize {
		r.sums = append(r.sums, s[:]...)
	}
	notify(r.some)
}

// take returns what was added since it was last called.
func (r *reports) take() (sums []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sums, r.sums = r.sums, nil
	return sums
}

func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// A report is the name of the server that recorded messages, as long as serverName, and their sums.
const serverName = 26 // as rand.Text makes it

func parseReport(payload []byte) (server string, recorded map[sum]int, ok bool) {
	if len(payload) < serverName || (len(payload)-serverName)%sumSize != 0 {
		return "", nil, false
	}
	recorded = make(map[sum]int)
	for rest := payload[serverName:]; len(rest) > 0; rest = rest[sumSize:] {
		recorded[sum(rest)]++
	}
	return string(payload[:serverName]), recorded, true
}
