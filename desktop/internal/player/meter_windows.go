package player

import (
	"context"
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// meterInterval is about a period of a device, for which it tells the peak.
const meterInterval = 10 * time.Millisecond

// listen asks the peak meter of the device that plays by default. The meter is behind the volume
// of our session, and before that of the device (endpointvolume.h, IAudioMeterInformation).
func listen(ctx context.Context, heard func(peak float64)) {
	_ = withDevice("", func(device *comObject) error {
		m := device.activate(&iMeter)
		if m == nil {
			return errors.New("there is no meter")
		}
		defer m.release()
		tick := time.NewTicker(meterInterval)
		defer tick.Stop()
		const getPeakValue = 3
		for {
			var peak float32
			if !m.call(getPeakValue, uintptr(unsafe.Pointer(&peak))) {
				return errors.New("the meter does not answer")
			}
			heard(float64(peak))
			select {
			case <-tick.C:
			case <-ctx.Done():
				return nil
			}
		}
	})
}

var iMeter = windows.GUID{Data1: 0xC02216F6, Data2: 0x8C67, Data3: 0x4B5B, Data4: [8]byte{0x9D, 0x00, 0xD0, 0x08, 0xE7, 0x3E, 0x00, 0x64}}
