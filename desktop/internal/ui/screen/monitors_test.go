package screen

import (
	"slices"
	"testing"
)

func TestMonitorsOfTheSameNameCanBeToldApart(t *testing.T) {
	got := distinct([]string{"Generic PnP Monitor", "HDMI-1", "Generic PnP Monitor", "Generic PnP Monitor"})
	want := []string{"Generic PnP Monitor", "HDMI-1", "Generic PnP Monitor (2)", "Generic PnP Monitor (3)"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
