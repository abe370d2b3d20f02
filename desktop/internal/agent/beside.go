package agent

import (
	"errors"
	"time"

	"jumun/desktop/internal/i18n"
)

const (
	// exportTimeout is how long a file may take to be written: a year of orders on an old USB stick takes
	// half of it.
	exportTimeout = time.Minute
	// autostartTimeout is for one small file.
	autostartTimeout = 10 * time.Second
)

var errSlow = errors.New("the drive does not answer")

// beside calls f outside the loop, and then in the loop with its error. Nothing can interrupt an access
// to a drive in the network that hangs: after limit, f is left alone, and its error is errSlow.
func (a *Agent) beside(limit time.Duration, f func() error, then func(error)) {
	done := make(chan error, 1)
	go func() { done <- f() }()
	a.wait.Go(func() {
		err := errSlow
		select {
		case err = <-done:
		case <-time.After(limit):
		case <-a.done: // most files are whole soon
			select {
			case err = <-done:
			case <-time.After(stopTimeout):
			}
		}
		a.post(func() { then(err) })
	})
}

// driveText returns an error of beside in the words of people, as far as there are any.
func driveText(t *i18n.Translator, err error) string {
	if errors.Is(err, errSlow) {
		return t.Text("agent.drive-slow")
	}
	return err.Error()
}
