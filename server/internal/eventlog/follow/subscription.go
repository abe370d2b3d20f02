package follow

// A subscription is one channel: what is wanted, and which commands were sent in this session.
type subscription struct {
	wanted  *source // nil: by nobody
	asked   *source // for whom the last command about it subscribed; nil: it unsubscribed
	pending int32   // confirmations to come; only the last one counts
	leaving int32   // answers to unsubscribing to come
}

// changes returns which channels to subscribe and unsubscribe now, and notes them as sent.
func (l *listener) changes() (subscribe, unsubscribe []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for channel := range l.dirty {
		sub := l.channels[channel]
		switch {
		case sub == nil: // forgotten since
			continue
		case sub.wanted == sub.asked:
		case sub.wanted != nil: // if it was subscribed already, the answer is what we need
			sub.pending++
			subscribe = append(subscribe, channel)
		default:
			sub.leaving++
			unsubscribe = append(unsubscribe, channel)
		}
		sub.asked = sub.wanted
		l.forget(channel, sub)
	}
	l.dirty = make(map[string]bool) // clear would keep room for all the marts there are
	return subscribe, unsubscribe
}

// confirm handles one confirmation that channel is subscribed.
func (l *listener) confirm(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	sub := l.channels[channel]
	if sub == nil || sub.pending == 0 {
		return
	}
	sub.pending--
	// An earlier confirmation may come after we unsubscribed and subscribed again:
	// between those two commands nothing arrives from the channel.
	if sub.asked != nil && sub.pending == 0 {
		l.confirmed = append(l.confirmed, sub.asked)
	}
	l.forget(channel, sub)
}

// left handles one confirmation that channel is no longer subscribed. If we did not ask for
// it, the slot has moved to another node of the Cluster, and left returns the source.
func (l *listener) left(channel string) *source {
	l.mu.Lock()
	defer l.mu.Unlock()
	sub := l.channels[channel]
	if sub == nil {
		return nil
	}
	if sub.leaving > 0 {
		sub.leaving--
		l.forget(channel, sub)
		return nil
	}
	return sub.wanted
}

// forget removes a channel that nobody wants and that has no answer to come.
func (l *listener) forget(channel string, sub *subscription) {
	if sub.wanted == nil && sub.asked == nil && sub.pending == 0 && sub.leaving == 0 {
		delete(l.channels, channel)
	}
}

// fresh returns the sources that were confirmed since it was last called.
func (l *listener) takeConfirmed() []*source {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := l.confirmed
	l.confirmed = nil
	return fresh
}

// caughtUp opens the gate of s, unless it is no longer wanted here.
func (l *listener) caughtUp(s *source) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if sub := l.channels[s.channel]; sub != nil && sub.wanted == s && sub.asked == s && sub.pending == 0 {
		s.heard.setOpen()
	}
}

// source returns the source that wants channel; nil: none.
func (l *listener) source(channel string) *source {
	l.mu.Lock()
	defer l.mu.Unlock()
	if sub := l.channels[channel]; sub != nil {
		return sub.wanted
	}
	return nil
}
