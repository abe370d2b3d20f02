// Package e2e tries the whole thing as a store would: real servers, a real Redis, and
// the app on a real screen with a real sound device.
package e2e
