package player

import (
	"errors"
	"time"

	"github.com/gopxl/beep/v2"
	"github.com/gopxl/beep/v2/speaker"
)

// openTimeout is how long the device may take to open: a sound server needs a second or
// two to wake a Bluetooth speaker.
const openTimeout = 3 * time.Second

// openOutput plays s on the default sound device. It can be called once in the life of a
// process: drivers can be neither closed nor opened again.
func openOutput(s beep.Streamer) error {
	if err := findDevice(); err != nil {
		return err
	}
	if err := speaker.Init(rate, bufferSize); err != nil {
		return err
	}
	speaker.Play(s)
	// Init returns nil even if the driver could not open the device. Resume has nothing to
	// resume here, but returns the driver's error. It waits for the driver's thread, which
	// would play 0.1 s of silence if Play came after Resume.
	return speaker.Resume()
}

// outputError returns what is wrong with the open device, as far as the system knows. It
// can block as long as the driver does. It does not touch a device that is not idle.
func outputError(idle bool) error {
	err := findDevice()
	if idle {
		err = errors.Join(err, speaker.Resume())
	}
	return err
}

// inBackground runs f in a goroutine and returns a channel for its result: a driver may
// never return.
func inBackground(f func() error) <-chan error {
	done := make(chan error, 1) // f's goroutine ends even if nobody receives
	go func() { done <- f() }()
	return done
}
