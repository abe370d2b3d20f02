//go:build linux

package windows

import (
	"errors"
	"fmt"
	"image"
	"slices"
	"testing"
	"time"

	"jumun/desktop/e2e/harness/alsa"
	"jumun/shared/order"
)

// The times say as much about wine and the machine as about jumun: compare them with those of make measure, on the same
// machine.
func TestHowSoonAnOrderIsSeenAndHeard(t *testing.T) {
	s := open(t, "quick")
	s.connect("42")
	var seen, heard []time.Duration
	for n := 2731; n < 2737; n++ {
		number := order.OrderID(fmt.Sprint(n))
		s.begin = time.Now()
		before, err := s.Screen.Screenshot()
		s.must(err)
		published, err := s.redis.PublishAt(fmt.Sprintf(`{"martId":42,"orderId":%d}`, n))
		s.must(err)
		seen = append(seen, s.untilShown(before, published))
		s.rings(number)
		heard = append(heard, s.firstSample(published))
		_, err = s.user.Do("ack", string(number))
		s.must(err)
		s.silent()
	}
	t.Logf("the first order, without a window process: popup after %v, first sample after %v", seen[0], heard[0])
	slices.Sort(seen[1:])
	slices.Sort(heard[1:])
	t.Logf("the next five, with one: popup after %v, first sample after %v", seen[1:], heard[1:])
}

// untilShown returns how long after a moment the place of the popup looks different from before. The screen is looked at all the time: the
// pauses of until are too long here.
func (s *store) untilShown(before *image.RGBA, from time.Time) time.Duration {
	s.Helper()
	at := image.Pt(1040, 740) // in the popup
	for {
		now, err := s.Screen.Screenshot()
		s.must(err)
		if now.At(at.X, at.Y) != before.At(at.X, at.Y) {
			return time.Since(from).Round(time.Millisecond)
		}
		if time.Since(from) > time.Minute {
			s.Fatal("the popup never came")
		}
	}
}

// firstSample returns how long after a moment the device got its first sample.
func (s *store) firstSample(from time.Time) (took time.Duration) {
	s.Helper()
	s.until("a sound", func() error {
		all := s.recorded()
		if i := slices.IndexFunc(all, func(r alsa.Recording) bool { return len(r.Frames) > 0 }); i >= 0 {
			took = all[i].At(0).Sub(from).Round(time.Millisecond)
			return nil
		}
		return errors.New("none yet")
	})
	return took
}
