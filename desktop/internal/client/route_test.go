package client

import (
	"testing"
	"time"
)

func TestRoute(t *testing.T) {
	type step struct {
		w   way
		end *ending // nil: a poll was answered, or a reconnect
	}
	const reconnect way = -1
	var (
		gone      = &ending{}
		swallowed = &ending{swallowed: true}
		welcomed  = &ending{connected: true}
		refused   = &ending{refused: true}
		later     = &ending{asked: time.Second}

		polling = []step{{byStream, swallowed}, {byStream, swallowed}, {byShortPoll, nil}}
		short   = append(polling[:3:3], step{byLongPoll, gone}, step{byShortPoll, nil}, step{byLongPoll, gone}, step{byShortPoll, nil})
	)
	on := func(before []step, more ...step) []step { return append(before[:len(before):len(before)], more...) }
	tests := []struct {
		name  string
		steps []step
		after time.Duration // since then
		want  way
	}{
		{"a stream comes first", nil, 0, byStream},
		{"one swallowed stream may be chance", polling[:1], 0, byStream},
		{"two in a row are not, and a short poll tells", polling[:2], 0, byShortPoll},
		{"two that are not in a row are chance again", []step{{byStream, swallowed}, {byStream, gone}, {byStream, swallowed}}, 0, byStream},
		{"streams that were cut are not swallowed", []step{{byStream, welcomed}, {byStream, gone}, {byStream, gone}}, 0, byStream},
		{"an answered poll leads to long ones", polling, 0, byLongPoll},
		{"polls that fail the same way lead back to streams", on(polling[:2], step{byShortPoll, gone}), 0, byStream},
		{"after that one swallowed stream is enough", on(polling[:2], step{byShortPoll, gone}, step{byStream, swallowed}), 0, byShortPoll},
		{"but not if another was let through", on(polling[:2], step{byShortPoll, gone}, step{byStream, welcomed}, step{byStream, swallowed}), 0, byStream},
		{"who is refused at the first poll keeps polling", on(polling[:2], step{byShortPoll, refused}), 0, byShortPoll},
		{"and so does who is told to come later", on(polling[:2], step{byShortPoll, later}), 0, byShortPoll},
		{"a long poll that fails is followed by a short one", on(polling, step{byLongPoll, gone}), 0, byShortPoll},
		{"if that is answered another long one is tried", on(polling, step{byLongPoll, gone}, step{byShortPoll, nil}), 0, byLongPoll},
		{"two such are not, and polls stay short", short, 0, byShortPoll},
		{"a long poll that was answered forgives", on(short[:5], step{byLongPoll, nil}, step{byLongPoll, gone}, step{byShortPoll, nil}), 0, byLongPoll},
		{"an outage says nothing about long polls", on(short[:4], step{byShortPoll, gone}, step{byShortPoll, nil}, step{byLongPoll, gone}, step{byShortPoll, nil}), 0, byLongPoll},
		{"polls that stay short do so through an outage", on(short, step{byShortPoll, gone}, step{byShortPoll, nil}), 0, byShortPoll},
		{"a proven way survives an outage", on(polling, step{byShortPoll, gone}, step{byShortPoll, gone}), 0, byShortPoll},
		{"just below ten minutes polls go on", polling, tryStreamEvery - 1, byLongPoll},
		{"after ten minutes a stream is tried", polling, tryStreamEvery, byStream},
		{"also while polls fail", on(polling, step{byLongPoll, gone}), tryStreamEvery, byStream},
		{"if it is swallowed a short poll comes next", on(polling, step{byStream, swallowed}), 0, byShortPoll},
		{"if it fails otherwise too", on(polling, step{byStream, gone}), 0, byShortPoll},
		{"for ten minutes more", on(polling, step{byStream, gone}, step{byShortPoll, nil}), tryStreamEvery, byStream},
		{"with what was learned of long polls", on(short, step{byStream, swallowed}, step{byShortPoll, nil}), 0, byShortPoll},
		{"a welcome ends the polling", on(short, step{byStream, welcomed}), 0, byStream},
		{"and everything learned", on(short, step{byStream, welcomed}, step{byStream, swallowed}), 0, byStream},
		{"a reconnect of a stream is a stream", []step{{byStream, welcomed}, {reconnect, nil}}, 0, byStream},
		{"and what is known of swallowed ones", on(polling[:1], step{reconnect, nil}, step{byStream, swallowed}), 0, byShortPoll},
		{"polls ask first what there is", on(polling, step{reconnect, nil}), tryStreamEvery - 1, byShortPoll},
		{"and then try a stream", on(short, step{reconnect, nil}, step{byShortPoll, nil}), 0, byStream},
		{"once they were answered", on(polling, step{reconnect, nil}, step{byShortPoll, gone}), 0, byShortPoll},
		{"and once", on(polling, step{reconnect, nil}, step{byShortPoll, nil}, step{byStream, swallowed}, step{byShortPoll, nil}), 0, byLongPoll},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Unix(1_722_000_000, 0)
			var r route
			for _, s := range tt.steps {
				switch s.w {
				case byStream:
					r.streamed(*s.end, now)
				case reconnect:
					r.reconnect(now)
				default:
					r.polled(s.w, s.end)
				}
			}
			if got := r.next(now.Add(tt.after)); got != tt.want {
				t.Errorf("way %d, want %d", got, tt.want)
			}
		})
	}
}

func TestPauseBetweenPolls(t *testing.T) {
	tests := []struct {
		name string
		page page
		next way
		want time.Duration // at its longest
	}{
		{"the next page is asked for at once", page{more: true, moved: true}, byShortPoll, 0},
		{"a stream is tried at once", page{}, byStream, 0},
		{"a long poll that brought orders is followed at once", page{moved: true}, byLongPoll, 0},
		{"and so is one that was held back", page{took: longPoll}, byLongPoll, 0},
		{"one that is not held back must not loop", page{}, byLongPoll, shortPause},
		{"short polls keep their distance", page{moved: true, took: longPoll}, byShortPoll, shortPause},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.page.pause(tt.next, almostOne); (got - tt.want).Abs() > time.Microsecond {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
