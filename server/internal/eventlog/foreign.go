package eventlog

import "jumun/shared/order"

// SkipMessage counts and logs a message on a mart's channel that was not written by us.
func (l *Log) SkipMessage(mart order.MartID, err error) { l.messages.Skip("mart", mart, "err", err) }

// SkipEntry counts and logs an entry of a mart's log that was not written by us.
func (l *Log) SkipEntry(mart order.MartID, id string, err error) {
	l.entries.Skip("mart", mart, "id", id, "err", err)
}

// Repeats returns how many repeats of an order differed from it.
func (l *Log) Repeats() int64 { return l.unequal.Found() }

// Foreign returns how many messages on the marts' channels, and how often entries of their
// logs, were skipped because they were not written by a server.
func (l *Log) Foreign() (messages, entries int64) { return l.messages.Found(), l.entries.Found() }
