package platform

import "context"

// A Notice is one system notification. The zero Notice is none.
type Notice struct {
	Title, Body string
	Action      string // the text of its button
}

// A Notifier keeps one system notification as it should be: each new one replaces the
// one before, so that they do not pile up.
type Notifier struct {
	pressed func()
	latest  chan Notice // holds the newest only: an older one nobody has seen is worthless
}

// NewNotifier returns a Notifier that calls pressed when a person presses the button.
func NewNotifier(pressed func()) *Notifier {
	return &Notifier{pressed: pressed, latest: make(chan Notice, 1)}
}

// Show makes n the notification; the zero Notice takes it away. It never waits, and
// must be called from one goroutine.
func (n *Notifier) Show(notice Notice) {
	select {
	case <-n.latest:
	default:
	}
	n.latest <- notice
}

// Run shows what Show was told until ctx ends; then it takes the notification away.
// failed hears why a notification could not be shown; the next one is tried again.
func (n *Notifier) Run(ctx context.Context, failed func(error)) {
	var s system
	defer s.close()
	defer func() { _ = s.show(context.WithoutCancel(ctx), Notice{}, n.pressed) }() // nobody is left to tell
	for {
		select {
		case notice := <-n.latest:
			if err := s.show(ctx, notice, n.pressed); err != nil && ctx.Err() == nil {
				failed(err)
			}
		case <-ctx.Done():
			return
		}
	}
}
