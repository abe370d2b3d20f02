// Package escalation tells people outside of a store that nobody got an order, that nobody answers it, or that
// nobody is there: by webhooks, by a policy.
//
// When an order is due follows from the open orders, which the script that records an order writes, with the time of
// the recording. So nothing is lost with a server, and a policy that changes holds for the orders that wait. What
// people were told stands beside them. Of all servers one acts, by a lease, and looks at the marts in turn. Each
// event has an ID that follows from what it is about: two servers that find out the same tell it once.
//
//	marts.go      who can be heard at which mart, and what waits there
//	policy.go     who is told what, and when; policyfile.go, policytargets.go and hours.go read it,
//	              follow.go takes up changes
//	decide.go     what is to be told now: a pure function of what is known
//	escalator.go  one server acts; rounds.go says when it looks where, lease.go which server it is
//	tell.go       an event goes into the queues of its targets; told.go remembers that; event.go has the texts
//	refused.go    what came by a way in and was no order
package escalation
