//go:build !linux

package supervisor

// watch does not watch here: what an agent said is passed on when it has ended. A program
// for windows has no standard error that somebody could read.
func watch(string, func()) (stop func()) { return func() {} }
