package platform

// What macOS tells of sleep (IOMessage.h). It waits for half a minute until the first two are answered.
const (
	systemCanSleep     = 0xe0000270 // nobody has used it for a while: a program may refuse
	systemWillSleep    = 0xe0000280
	systemHasPoweredOn = 0xe0000300
)

// answerPower calls sleeps or woke if that is what macOS tells, and reports whether macOS waits for an answer.
func answerPower(told uint32, sleeps, woke func()) (waits bool) {
	switch told {
	case systemCanSleep:
		return true
	case systemWillSleep:
		sleeps()
		return true
	case systemHasPoweredOn:
		woke()
	}
	return false
}
