package platform

import (
	"sync"
	"time"
)

const (
	// scriptLimit is how long a script of a proxy, and the search for one, may keep a connection waiting. Windows searches
	// by default, and in a network without one, which is the rule, the search may take long.
	scriptLimit = 5 * time.Second
	// scriptAge is for how long an answer is not asked for again.
	scriptAge = time.Minute
)

// A scriptAnswer is what a script said: proxies, or none of them. It is not ok if there is no script.
type scriptAnswer struct {
	list string
	ok   bool
}

// A scriptCache remembers the last answer of a script: a client asks for one server. Only the first question waits for an
// answer. Later ones get the last answer, and it is renewed meanwhile: a confirmation must not wait. The zero value is
// ready to use.
type scriptCache struct {
	mu      sync.Mutex
	of      string // the question
	at      time.Time
	said    scriptAnswer
	renewed chan struct{} // closed when the answer that is being asked for is there; nil: none is
}

// ask returns the answer to a question, by which run is called at most once at a time.
func (s *scriptCache) ask(question string, run func() scriptAnswer) scriptAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.of == question
	if known && time.Since(s.at) < scriptAge {
		return s.said
	}
	if s.renewed == nil {
		s.renewed = make(chan struct{})
		go s.renew(question, run, s.renewed)
	}
	if !known {
		s.wait(question)
	}
	return s.said
}

// wait waits for the answer without the lock. One that is late counts as none until it is there.
func (s *scriptCache) wait(question string) {
	renewed := s.renewed
	s.mu.Unlock()
	select {
	case <-renewed:
	case <-time.After(scriptLimit):
	}
	s.mu.Lock()
	if s.of != question {
		s.of, s.at, s.said = question, time.Now(), scriptAnswer{}
	}
}

func (s *scriptCache) renew(question string, run func() scriptAnswer, renewed chan struct{}) {
	said := run()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of, s.at, s.said, s.renewed = question, time.Now(), said, nil
	close(renewed)
}
