package sse

import (
	"context"
	"time"

	"jumun/server/internal/hub"
	"jumun/shared/order"
)

// replayWrite is how many bytes of a replay are written at once: a write and a flush for each of
// thousands of small events is slow, and more would be too much for a bad line within one
// WriteTimeout.
const replayWrite = 16 << 10

// begin sends what every stream begins with, and then what the log has.
func (s *session) begin(ctx context.Context, asked order.ID, first order.Page) error {
	if s.out.write(connectFrame(resumeFrom(asked, first), s.opts.Retry)) != nil {
		return errStuck
	}
	if err := s.send(asked, first); err != nil || !first.More {
		return err
	}
	return s.catchUp(ctx)
}

// catchUp sends what the log has after last, to its end. At its deadline the stream ends between
// two pages: the device resumes from there, and has come forward by one page at least. It ends
// between two pages too when this server stops: the hub does not know of the stream yet, and a
// long log would hold up the stop.
func (s *session) catchUp(ctx context.Context) error {
	for {
		if !time.Now().Before(s.deadline) {
			return errDeadline
		}
		if s.opts.Draining() {
			return hub.ErrDraining
		}
		page, err := s.page(ctx, s.mart, s.last, pageLimit)
		if err != nil {
			return err
		}
		if err := s.send(s.last, page); err != nil || !page.More {
			return err
		}
	}
}

// send writes the page that the log has after an ID.
func (s *session) send(after order.ID, page order.Page) error {
	var text []byte
	if page.Gap {
		text = gapFrame(after, page.Oldest)
	}
	events := 0 // in text
	for _, e := range page.Events {
		frame, err := EventFrame(s.opts.Event, e)
		if err != nil {
			s.skip(e, err)
		}
		if len(frame.Text) == 0 {
			continue
		}
		text, events = append(text, frame.Text...), events+1
		if len(text) >= replayWrite {
			if err := s.write(text, events); err != nil {
				return err
			}
			text, events = text[:0], 0
		}
	}
	s.last = page.Last
	return s.write(text, events)
}
