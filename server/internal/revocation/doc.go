// Package revocation knows which tokens are void, though their signature is good and they
// have not expired: those of a holder, of a key, or of the devices of a mart until some time.
//
// A Store keeps the revocations in one hash in Redis, and publishes on HintTopic which of them have
// changed. Every server has a List of them in memory, which each request and each open stream is held
// against, and a Sync that keeps the List in step with Redis: it reads what a hint names, reads the
// whole hash once a minute, and gives Redis back what it has lost. When a revocation happened, and when
// a token was issued, is told by the clock of one Redis node (Store.Now), because the two are compared.
//
// Nothing is ever deleted from the hash before no token can be concerned any more: servers write back
// what is missing. A revocation that is taken back therefore stays, with a later field beside it that
// says so.
package revocation
