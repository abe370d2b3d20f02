package sse

import (
	"context"
	"time"

	"jumun/shared/order"
)

// batch is how much of a replay is written at once, in bytes: a write and a flush for
// each of thousands of small events is slow, and of a bad line no more is asked within
// one WriteTimeout than it carries.
const batch = 16 << 10

// begin sends what every stream begins with, and then what the log has.
func (s *session) begin(ctx context.Context, asked order.ID, first order.Page) error {
	if s.out.write(connectFrame(resumable(asked, first), s.opts.Retry)) != nil {
		return errStuck
	}
	if err := s.send(asked, first); err != nil || !first.More {
		return err
	}
	return s.catchUp(ctx)
}

// catchUp sends what the log has after last, to its end. A stream whose time is over is
// at its end between two pages: the device goes on from there when it is back, and has
// come forward by one page at least. So is one on a pod that stops: the hub does not know
// of it yet, and a long log would hold up the end.
func (s *session) catchUp(ctx context.Context) error {
	for {
		if !time.Now().Before(s.end) {
			return errOver
		}
		if s.opts.Draining() {
			return ErrDraining
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

// send writes the page that the log had after an ID.
func (s *session) send(after order.ID, page order.Page) error {
	var text []byte
	if page.Gap {
		text = gapFrame(after, page.Oldest)
	}
	waiting := 0
	for _, e := range page.Events {
		frame, err := EventFrame(s.opts.Event, e)
		if err != nil {
			s.passOver(e, err)
		}
		if len(frame.Text) == 0 {
			continue
		}
		text, waiting = append(text, frame.Text...), waiting+1
		if len(text) >= batch {
			if err := s.write(text, waiting); err != nil {
				return err
			}
			text, waiting = text[:0], 0
		}
	}
	s.last = page.Last
	return s.write(text, waiting)
}
