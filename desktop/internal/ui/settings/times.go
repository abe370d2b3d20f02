package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/settings"
)

// times returns the page about when to ring, and when to warn about a lost connection.
func (f *Form) times() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	f.days = widget.NewAccordion(widget.NewAccordionItem(tr("window.settings.hours.days"), f.dayFields()))
	return groups(
		rows(
			f.field(fieldHours, tr("window.settings.hours"), beside(
				withUnit(f.opens, tr("window.settings.hours.open")), withUnit(f.closes, tr("window.settings.hours.close")))),
			f.days),
		rows(half(rows(heading(tr("window.settings.outside")), f.outside.input)), tight(f.outsideHint)),
		half(f.field(fieldPatience, tr("window.settings.patience"), withUnit(f.patience, tr("window.settings.seconds")))),
		rows(f.awake, tight(f.problems[fieldAwake])),
	)
}

// weekdays are the days of settings.Week in the order in which people read a week, and the last parts of the
// IDs of their names.
var weekdays = []struct {
	day int
	id  string
}{{1, "mon"}, {2, "tue"}, {3, "wed"}, {4, "thu"}, {5, "fri"}, {6, "sat"}, {0, "sun"}}

// dayFields returns the fields for what is not the same on every day.
func (f *Form) dayFields() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	list := container.NewVBox(
		beside(rows(heading(tr("window.settings.break")), f.pause), rows(heading(tr("window.settings.holidays")), f.holidays)),
		tight(hint(tr("window.settings.days.hint"))))
	for _, d := range weekdays {
		name := container.NewGridWrap(fyne.NewSize(dayWidth, f.week[d.day].MinSize().Height), &widget.Label{Text: tr("window.settings.day." + d.id)})
		list.Add(container.NewBorder(nil, nil, name, nil, f.week[d.day]))
	}
	return list
}

const dayWidth = 56 // of the name of a weekday

// dayText returns the hours of a weekday as people read them.
func (f *Form) dayText(stored string) string {
	switch stored {
	case settings.DayOff:
		return f.cfg.Translator.Text("window.settings.day.off")
	case settings.AllDay:
		return f.cfg.Translator.Text("window.settings.day.all")
	}
	return stored
}

// hasDays reports whether the days are not all the same.
func hasDays(h settings.Hours) bool {
	return h.Break != "" || h.Holidays != "" || h.Week != settings.Week{}
}

// showOutside says what the choice for the time outside business hours means.
func (f *Form) showOutside() {
	id := "window.settings.outside.hint"
	switch f.outside.value() {
	case settings.OutsidePopup, settings.OutsideSilent:
		id += "." + f.outside.value()
	}
	f.outsideHint.SetText(f.cfg.Translator.Text(id))
}
