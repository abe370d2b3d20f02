//go:build linux

package harness

import "github.com/godbus/dbus/v5"

const (
	powerManager     = "org.freedesktop.PowerManagement"
	powerManagerPath = "/org/freedesktop/PowerManagement/Inhibit"
)

// A power stands in for the power manager of the desktop, which a machine without a battery, and without
// a booted system, does not have. It lets itself be kept from putting the PC to sleep.
type power struct{}

func (power) Inhibit(program, reason string) (uint32, *dbus.Error) { return 1, nil }

func (s *Session) openPower() error {
	if err := s.bus.Export(power{}, powerManagerPath, powerManager+".Inhibit"); err != nil {
		return err
	}
	_, err := s.bus.RequestName(powerManager, dbus.NameFlagDoNotQueue)
	return err
}
