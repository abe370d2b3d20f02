package alarm

import (
	"testing"

	"jumun/desktop/internal/settings"
)

func TestThePCIsAwakeWhateverTheHour(t *testing.T) {
	hours := settings.Hours{Open: "09:00", Close: "22:00"}
	tests := []struct {
		name string
		s    settings.Settings
		hour float64
		do   func(*Decider)
		want bool
	}{
		{"within the hours", settings.Settings{Mart: "42", Awake: true, Hours: hours}, 12, nil, true},
		{"outside, since nothing would wake it at the opening", settings.Settings{Mart: "42", Awake: true, Hours: hours}, 23, nil, true},
		{"always open", settings.Settings{Mart: "42", Awake: true}, 3, nil, true},
		{"outside, and an order waits", settings.Settings{Mart: "42", Awake: true, Hours: hours}, 23, func(d *Decider) { d.SetOrders(waiting(1)) }, true},
		{"no mart", settings.Settings{Awake: true}, 12, nil, false},
		{"not wanted", settings.Settings{Mart: "42"}, 12, func(d *Decider) { d.SetOrders(waiting(1)) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d Decider
			d.SetSettings(tt.s)
			if tt.do != nil {
				tt.do(&d)
			}
			if got := d.Decide(at((tt.hour - 12) * 3600)).Awake; got != tt.want {
				t.Errorf("awake: %v", got)
			}
		})
	}
}
