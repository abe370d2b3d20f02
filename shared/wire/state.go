package wire

import "time"

// ServersPath is the path of the servers and their Redis, and of what was refused lately.
const ServersPath = "/v1/admin/servers"

// Servers is how the servers are: the answer to an admin of all marts.
type Servers struct {
	Version  string    `json:"version"`  // of the server that answers
	Redis    string    `json:"redis"`    // what is wrong with Redis, as the server that answers sees it; empty: nothing
	Degraded []string  `json:"degraded"` // what does not work there, though orders ring; never null
	Servers  []Server  `json:"servers"`  // never null
	Refused  []Refusal `json:"refused"`  // newest first; never null
}

// A Server is one that lives, or has ended without a word in the last day.
type Server struct {
	ID     string    `json:"id"`
	Lives  bool      `json:"lives"`
	SeenAt time.Time `json:"seenAt"` // when it was heard of last, RFC 3339
}

// A Refusal is that some publications were no orders.
type Refusal struct {
	At     time.Time `json:"at,omitzero"` // when it was noted, RFC 3339
	Way    string    `json:"way"`         // topic, stream or http
	Reason string    `json:"reason"`      // ReasonNotJSON, …
	Count  int       `json:"count"`       // how many came within seconds
}
