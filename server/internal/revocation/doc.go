// Package revocation knows which tokens are void, though their signature is good and they
// have not expired: those of a holder, of a key, or of the devices of a mart until some time.
//
// A Store keeps the revocations in one hash in Redis, and publishes on HintTopic when they
// have changed. Every server has a List of them in memory, which each request and each open
// stream is held against, and a Sync that keeps the List in step with Redis: it reads the
// whole hash at each hint, once a minute without one, and gives Redis back what it has lost.
// When a revocation happened, and when a token was issued, is told by the clock of one Redis
// node (Store.Now), because the two are compared.
package revocation
