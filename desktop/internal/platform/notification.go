package platform

import "context"

// A Notification is shown by the system. The zero Notification is none.
type Notification struct {
	Title, Body string // plain text
	Action      string // text of the button
	N           int    // names it when its button is pressed
}

// A Notifier shows one notification at a time: each new one replaces the one before.
type Notifier struct {
	pressed func(n int)
	latest  chan Notification // holds only the newest: nobody needs to see an older one
}

// NewNotifier returns a Notifier that calls pressed, in a goroutine of its own, when a person
// presses the button, with the N of the Notification that the person saw: it may not be the last one
// that was shown.
func NewNotifier(pressed func(n int)) *Notifier {
	return &Notifier{pressed: pressed, latest: make(chan Notification, 1)}
}

// Show shows a notification; the zero Notification removes it. Show never blocks, and must
// be called from one goroutine only.
func (n *Notifier) Show(notification Notification) {
	select {
	case <-n.latest:
	default:
	}
	n.latest <- notification
}

// Run shows the notifications of Show until ctx ends, and then removes the last one. It
// calls failed with the reason if one cannot be shown, and tries the next one again.
func (n *Notifier) Run(ctx context.Context, failed func(error)) {
	var d daemon
	defer d.close()
	defer func() { _ = d.show(context.WithoutCancel(ctx), Notification{}, n.pressed) }() // at the end, nobody handles an error
	for {
		select {
		case notification := <-n.latest:
			if err := d.show(ctx, notification, n.pressed); err != nil && ctx.Err() == nil {
				failed(err)
			}
		case <-ctx.Done():
			return
		}
	}
}
