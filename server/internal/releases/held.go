package releases

// A release is held back once minFailures devices, and a failedPart of those that have tried it, gave it up. One may
// have a PC of its own kind; two in the first hundred are the version's fault until a person has looked.
const (
	minFailures = 2
	failedPart  = 20 // one in twenty
)

// Held reports whether a release is held back from further devices: so many run it, and so many gave it up.
func Held(run, failed int64) bool {
	return failed >= minFailures && failed*failedPart >= run+failed
}
