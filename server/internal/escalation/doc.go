// Package escalation tells people outside of a store that nobody got an order, that nobody answers it, or that
// nobody is there: by webhooks, by a policy.
//
//	marts.go     who can be heard at which mart, and what waits there
package escalation
