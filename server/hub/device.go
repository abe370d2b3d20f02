package hub

import (
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Device is one stream's end of the hub.
type Device struct {
	mart   order.MartID
	frames chan wire.Frame // full: the device is closed, see Publish
	closed chan struct{}
	reason Reason // set before closed is closed
}

// Frames delivers what is published, in order.
func (d *Device) Frames() <-chan wire.Frame { return d.frames }

// Closed is closed when the hub closes the device. Frames may still hold some then.
func (d *Device) Closed() <-chan struct{} { return d.closed }

// Reason says why the device was closed. Ask only once Closed is closed.
func (d *Device) Reason() Reason { return d.reason }
