package hub

import (
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Pass says whether its holder may still hear a mart. It may change its mind from yes to
// no, and Recheck has to be called then. It is asked with the hub locked, for thousands of
// devices at a time, and must neither block nor call the hub.
type Pass interface {
	Stands(mart order.MartID) bool
}

// A Device is one stream's end of the hub.
type Device struct {
	mart   order.MartID
	pass   Pass
	frames chan wire.Frame // full: the device is closed, see Publish
	closed chan struct{}
	reason Reason // set before closed is closed, with the hub locked
}

// Frames delivers what is published, in order.
func (d *Device) Frames() <-chan wire.Frame { return d.frames }

// Closed is closed when the hub closes the device. Frames may still hold some then;
// if the reason is Revoked they are not for the device.
func (d *Device) Closed() <-chan struct{} { return d.closed }

// Reason says why the device was closed. Ask only once Closed is closed.
func (d *Device) Reason() Reason { return d.reason }
