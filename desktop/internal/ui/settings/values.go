package settings

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

func (f *Form) fill(s settings.Settings) {
	f.server.SetText(s.Server)
	f.mart.SetText(string(s.Mart))
	f.device.SetText(s.Device)
	f.ca.SetText(s.CA)
	f.insecure.SetChecked(s.Insecure)
	f.volume.SetValue(math.Round(s.Volume * 100))
	f.showPercent()
	f.tune.set(s.Tune)
	f.sound.SetText(s.Sound)
	f.showTune()
	f.raise.SetChecked(s.Raise)
	f.digits.SetChecked(s.Digits)
	for entry, n := range f.numbers(&s) {
		entry.SetText(fmt.Sprint(*n))
	}
	f.opens.SetText(s.Hours.Open)
	f.closes.SetText(s.Hours.Close)
	f.pause.SetText(s.Hours.Break)
	f.holidays.SetText(s.Hours.Holidays)
	for day, entry := range f.week {
		entry.SetText(f.dayText(s.Hours.Week[day]))
	}
	f.outside.set(s.Hours.Outside)
	f.showOutside()
	f.awake.SetChecked(s.Awake)
	f.language.set(s.Language)
	f.scale.set(s.Scale)
	f.corner.set(s.Popup.Corner)
	f.size.set(s.Popup.Size)
	f.monitor.set(s.Popup.Monitor)
	f.flash.SetChecked(s.Flash)
	f.login.SetChecked(s.Login)
	f.updates.SetChecked(!s.NoUpdates)
}

// settings returns what is typed and chosen.
func (f *Form) settings() settings.Settings {
	s := settings.Settings{
		Server: f.server.Text, Mart: order.MartID(f.mart.Text), Device: f.device.Text,
		Insecure: f.insecure.Checked, CA: f.ca.Text,
		Volume: f.volume.Value / 100, Tune: f.tune.value(), Sound: f.sound.Text, Raise: f.raise.Checked, Digits: f.digits.Checked,
		Hours:    settings.Hours{Open: f.opens.Text, Close: f.closes.Text, Break: f.pause.Text, Holidays: f.holidays.Text, Outside: f.outside.value()},
		Language: f.language.value(), Scale: f.scale.value(), Login: f.login.Checked, NoUpdates: !f.updates.Checked, Awake: f.awake.Checked,
		Popup: settings.Popup{Corner: f.corner.value(), Monitor: f.monitor.value(), Size: f.size.value()}, Flash: f.flash.Checked,
	}
	for day, entry := range f.week {
		s.Hours.Week[day] = entry.Text
	}
	for entry, n := range f.numbers(&s) {
		*n = number(entry.Text)
	}
	return s
}

// numbers returns the numbers of s by the entry in which each is typed.
func (f *Form) numbers(s *settings.Settings) map[*entry]*int {
	return map[*entry]*int{
		f.repeat: &s.Repeat, f.remind: &s.Remind, f.late: &s.Aging.Late, f.veryLate: &s.Aging.VeryLate, f.patience: &s.Patience,
	}
}

// number returns the typed number, or -1, which no setting accepts.
func number(typed string) int {
	n, err := strconv.Atoi(strings.TrimSpace(typed))
	if err != nil {
		return -1
	}
	return n
}
