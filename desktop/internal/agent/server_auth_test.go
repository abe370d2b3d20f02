package agent

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"jumun/shared/wire"
)

// firstToken is valid at every server. A token store has it until another one is saved.
const firstToken = "first-token"

// asked returns how many requests there were for a path.
func (s *server) asked(path string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.paths {
		if p == path {
			n++
		}
	}
	return n
}

// known calls next for requests with a valid token.
func (s *server) known(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		s.mu.Lock()
		good, was := s.good[token]
		s.mu.Unlock()
		switch {
		case good:
			next(w, r)
		case was:
			say(w, http.StatusUnauthorized, wire.ProblemRevoked)
		default:
			say(w, http.StatusUnauthorized, wire.ProblemToken)
		}
	}
}

func say(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", wire.ProblemType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(wire.Problem{Type: kind, Status: status, Detail: "no"})
}

// allows makes a code valid. revokes makes a token invalid and ends the stream.
func (s *server) allows(code string) { s.mu.Lock(); defer s.mu.Unlock(); s.code = code }
func (s *server) revokes(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.good[token] = false
	close(s.cut)
	s.cut = make(chan struct{})
}

// pair answers with a token that is valid from now on: each code has a token of its own.
func (s *server) pair(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p, err := wire.ParsePairRequest(body)
	s.mu.Lock()
	hold := s.hold
	s.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		say(w, http.StatusBadRequest, wire.ProblemMalformed)
	case p.Code == busyCode:
		w.Header().Set("Retry-After", "90")
		say(w, http.StatusTooManyRequests, wire.ProblemTooMany)
	case p.Code != s.code:
		say(w, http.StatusForbidden, wire.ProblemCode)
	default:
		s.paired, s.code = append(s.paired, p), ""
		s.give(w, pairedBy+p.Code)
	}
}

// pairedBy is the beginning of a token that was exchanged for a code.
const pairedBy = "paired-by-"

// busyCode is a code that is answered as if too many had been tried.
const busyCode = "BBBBBBBB"

func (s *server) renew(w http.ResponseWriter, r *http.Request) {
	var body wire.Renewal
	_ = json.NewDecoder(r.Body).Decode(&body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forbidsRenewals {
		say(w, http.StatusForbidden, wire.ProblemForbidden)
		return
	}
	s.names = append(s.names, body.Device)
	s.give(w, tokenOf(body.Device))
}

// devices returns the devices that were paired, and the new names of those that were renamed.
func (s *server) devices() (paired []wire.PairRequest, renamed []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.paired), slices.Clone(s.names)
}

// forgets makes a token unknown.
func (s *server) forgets(token string) { s.mu.Lock(); defer s.mu.Unlock(); delete(s.good, token) }

// enrol answers a request by the one enrolment key that is good, which is of mart 42 here.
func (s *server) enrol(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	asked, err := wire.ParseEnrolRequest(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enrolled = append(s.enrolled, asked)
	if err != nil || s.enrolKey == "" || wire.ShowEnrolKey(asked.Key) != s.enrolKey {
		say(w, http.StatusForbidden, wire.ProblemEnrol)
		return
	}
	s.good["enrolled"] = true
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(wire.Paired{Token: "enrolled", Device: "1", MartID: "42", MartName: s.martName, Expires: time.Now().Add(time.Hour)})
}

// enrolments returns the requests by an enrolment key.
func (s *server) enrolments() []wire.EnrolRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.enrolled)
}

func (s *server) give(w http.ResponseWriter, token string) {
	s.good[token] = true
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(wire.Paired{Token: token, Device: "1", MartName: s.martName, Expires: time.Now().Add(time.Hour)})
}
