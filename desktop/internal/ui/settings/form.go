// Package settings is the settings window, and the window that asks for the PIN.
package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/widgets"
)

// A Config is what the windows of a ui process need to know.
type Config struct {
	Translator *i18n.Translator
	// Check returns what is wrong with settings, as text for people, by JSON name. It is
	// called at every key typed.
	Check   func(settings.Settings) map[string]string
	Version string // shown on the page about jumun
	// Monitors returns the names of the monitors. It is called when the settings are opened. Nil: there
	// is one that has no name.
	Monitors func() []string
	// Aside moves a window to where the popup does not cover it. Nil: it stays where the system puts it.
	Aside func(fyne.Window)
}

func (c Config) aside(w fyne.Window) {
	if c.Aside != nil {
		c.Aside(w)
	}
}

func (c Config) monitors() []string {
	if c.Monitors == nil {
		return nil
	}
	return c.Monitors()
}

// A Form is the settings window. Its methods run on Fyne's goroutine.
type Form struct {
	window fyne.Window
	cfg    Config
	send   func(ipc.FromUI)

	notice                         *widget.Label
	server, mart, code, device, ca *entry
	paired                         *widget.Label
	insecure                       *widget.Check
	advanced                       *widget.Accordion

	volume                         *widget.Slider
	percent                        *widget.Label
	tune                           *choice[string]
	sound                          *entry
	raise, digits                  *widget.Check
	repeat, remind, late, veryLate *entry // in minutes; repeat in seconds
	test                           *testReport

	opens, closes, patience *entry
	pause, holidays         *entry
	week                    [7]*entry // as settings.Week
	days                    *widget.Accordion
	outsideHint             *widget.Label
	outside                 *choice[string]
	awake                   *widget.Check

	language *choice[string]
	scale    *choice[float64]
	corner   *choice[string]
	monitor  *choice[string]
	size     *choice[float64] // of the popup
	flash    *widget.Check
	login    *widget.Check
	updates  *widget.Check
	pin      pinFields
	export   exportRow

	lock       *pinForm
	facts      *widget.Label // which PC this is
	shop       shopQuestion
	ask        *fyne.Container // what becomes of changes that are not saved
	left       fyne.Focusable  // what had the focus before ask; nil: nothing
	body       *fyne.Container // all but these three, of which one is shown
	pages      []*page
	stack      *fyne.Container   // the pages
	scroll     *container.Scroll // the notice and the page that is shown
	footer     fyne.CanvasObject
	column     *fyne.Container // one button a page
	chooser    *widgets.Select // in the place of column on a small window
	saveButton *widget.Button
	problems   map[string]*widget.Label
	managed    map[string]*widget.Label     // the hints of the fields that an administrator can decide
	hints      map[string]fyne.CanvasObject // what stands in the place of a problem that is not there
	stored     settings.Settings            // what the fields were filled with
	opened     settings.Settings            // stored, as the fields show it
	typed      map[string]bool              // fields that a person changed or tried to save
	filled     bool                         // the fields hold stored
}

// New makes the form in w, still empty.
func New(w fyne.Window, cfg Config, send func(ipc.FromUI)) *Form {
	tr := cfg.Translator.Text
	f := &Form{
		window: w, cfg: cfg, send: send,
		notice:   &widget.Label{Importance: widget.WarningImportance, Wrapping: fyne.TextWrapWord},
		typed:    map[string]bool{},
		problems: map[string]*widget.Label{},
	}
	for _, name := range []string{fieldServer, fieldMart, fieldCode, fieldDevice, fieldInsecure, fieldCA, fieldVolume, fieldTune, fieldSound, fieldRaise, fieldDigits,
		fieldRepeat, fieldRemind, fieldAging, fieldPatience, fieldHours, fieldAwake, fieldLanguage, fieldScale, fieldPopup, fieldFlash, fieldLogin, fieldPIN} {
		f.problems[name] = &widget.Label{Importance: widget.DangerImportance, SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord}
	}
	f.notice.Hide()
	f.problems[fieldInsecure].Hide()
	f.saveButton = &widget.Button{Text: tr("window.settings.save"), OnTapped: f.save, Importance: widget.HighImportance}
	f.lock = newPINForm(cfg.Translator, tr("window.pin.settings"), f.unlock, w.Close)
	f.ask = f.newAsk()
	f.shop = f.newShopQuestion()
	f.makeInputs()
	f.managed = f.newManagedHints()
	f.hints = map[string]fyne.CanvasObject{fieldTune: tight(f.digits), fieldVolume: tight(f.raise), fieldCode: f.paired, fieldPIN: f.pin.hint}
	for name, hint := range f.managed {
		f.hints[name] = hint
	}
	w.SetContent(f.content())
	w.SetCloseIntercept(f.close)
	return f
}

// Open shows the window with the stored settings, or asks for the PIN first.
func (f *Form) Open(v ipc.SettingsView) {
	f.present(v)
	size := f.wantedSize()
	f.resize(size)
	f.window.Show()
	f.resize(size) // the screen's scale is known only now
	f.focusFirst()
	if native := screen.Native(f.window); native != nil {
		screen.ClickInPlace(native)
	}
	screen.OnEscape(f.window, f.escape)
}

// Answer shows the agent's answer. It keeps what a person has typed.
func (f *Form) Answer(v ipc.SettingsView) {
	if v.Saved {
		f.window.Close()
		return
	}
	f.pairingEnds()
	f.present(v)
	f.window.Show()
	f.window.RequestFocus()
	f.focusFirst()
}

// present shows v. The stored settings fill the fields only once: afterwards the fields
// belong to the person.
func (f *Form) present(v ipc.SettingsView) {
	if v.Shop != "" {
		f.askShop(v.Shop)
		return
	}
	f.setLocked(v.Locked)
	if v.Locked {
		f.lock.setWrong(v.Notice)
		return
	}
	if !f.filled {
		f.filled, f.stored = true, v.Settings
		f.fill(v.Settings)
		f.opened = f.settings()
		f.pin.fill(v.HasPIN)
		f.setManaged(v.Managed)
		f.showFacts(v.Newer)
		f.watchInputs()
		f.body.Refresh() // the buttons keep out of the popup's way
		if v.Settings.Insecure || v.Settings.CA != "" {
			f.advanced.Open(0)
		}
		if hasDays(v.Settings.Hours) {
			f.days.Open(0)
		}
	}
	f.showNotes(v)
	f.useLink(v.Link)
	if v.About {
		f.showPage(len(f.pages) - 1)
	}
}
