package player

import (
	"errors"
	"time"

	"github.com/gopxl/beep/v2"
	"github.com/gopxl/beep/v2/speaker"
)

// openPatience is how long an opening may take: a Bluetooth speaker that a sound server
// has to wake takes a second or two.
const openPatience = 3 * time.Second

// open plays s on the default sound device. It can be called once in a process's life:
// the drivers cannot be opened twice, nor closed.
func open(s beep.Streamer) error {
	if err := present(); err != nil {
		return err
	}
	if err := speaker.Init(rate, buffer); err != nil {
		return err
	}
	speaker.Play(s)
	// Init is done when opening has failed, too, and does not say so. Resume has nothing
	// to resume here, and returns the error that the driver keeps. It waits for the
	// driver's thread, which would play 0.1 s of nothing if Play came after it.
	return speaker.Resume()
}

// ask says what is wrong with the open device, as far as the system knows. It can block
// as long as the driver does. A device at work is left alone.
func ask(idle bool) error {
	err := present()
	if idle {
		err = errors.Join(err, speaker.Resume())
	}
	return err
}

// inBackground starts f and returns where its result will be: a driver may never return.
func inBackground(f func() error) <-chan error {
	done := make(chan error, 1) // f's goroutine ends, whether or not somebody waits for it
	go func() { done <- f() }()
	return done
}
