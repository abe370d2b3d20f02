package platform

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// readZone returns what package time reads.
func readZone() (string, error) {
	var zone windows.Timezoneinformation
	_, err := windows.GetTimeZoneInformation(&zone)
	return fmt.Sprint(zone), err
}
