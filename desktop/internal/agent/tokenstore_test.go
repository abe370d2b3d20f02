package agent

import (
	"context"
	"sync"
	"time"

	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// A memory is a fake TokenStore: it keeps tokens in memory, and a test can lock it or break it.
type memory struct {
	mu     sync.Mutex
	tokens map[string]string // "" if it was deleted
	first  string            // the token for every server and mart without a saved one; "" if there is none
	locked bool
	broken error         // of Save
	hangs  chan struct{} // Token waits until it is closed; nil: it does not
	asked  int           // calls of Token

	changed chan struct{} // holds a token while Await has a reason to return
}

func newMemory(first string) *memory {
	return &memory{tokens: map[string]string{}, first: first, changed: make(chan struct{}, 1)}
}

// memory returns the agent's token store.
func (a *Agent) memory() *memory { return a.Tokens.(*memory) }

// set changes m under its lock.
func (m *memory) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

// awaitLimit is after which time Await returns though nothing changed.
const awaitLimit = 2 * time.Minute

func (m *memory) Await(ctx context.Context) {
	select {
	case <-m.changed:
	case <-time.After(awaitLimit):
	case <-ctx.Done():
	}
}

// empty removes the first token.
func (m *memory) empty() { m.set(func() { m.first = "" }) }

func (m *memory) Token(ctx context.Context, server string, mart order.MartID) (string, error) {
	m.mu.Lock()
	m.asked++
	hangs := m.hangs
	m.mu.Unlock()
	if hangs != nil {
		select {
		case <-hangs:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	token, ok := m.tokens[server+" "+string(mart)]
	switch {
	case m.locked:
		return "", settings.ErrLocked
	case !ok:
		token = m.first
	}
	if token == "" {
		return "", settings.ErrNoToken
	}
	return token, nil
}

func (m *memory) Save(_ context.Context, server string, mart order.MartID, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken == nil {
		m.tokens[server+" "+string(mart)] = token
	}
	return m.broken
}

func (m *memory) Delete(_ context.Context, server string, mart order.MartID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens[server+" "+string(mart)] = ""
	return nil
}
