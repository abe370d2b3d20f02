package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ipc"
)

// A shopQuestion asks whether this PC was paired with the right shop.
type shopQuestion struct {
	root *fyne.Container
	name *widget.Label
}

// newShopQuestion makes the question. None of its buttons has the focus: the Enter of a barcode scanner would
// press it.
func (f *Form) newShopQuestion() shopQuestion {
	tr := f.cfg.Translator.Text
	centred := func(size fyne.ThemeSizeName, bold bool, text string) *widget.Label {
		return &widget.Label{Text: text, SizeName: size, TextStyle: fyne.TextStyle{Bold: bold}, Alignment: fyne.TextAlignCenter, Wrapping: fyne.TextWrapWord}
	}
	name := centred(theme.SizeNameHeadingText, true, "")
	return shopQuestion{name: name, root: newQuestion(container.New(layout.NewCustomPaddedVBoxLayout(questionGap),
		container.NewThemeOverride(tight(name), largeTheme{fyne.CurrentApp().Settings().Theme()}),
		tight(centred(theme.SizeNameSubHeadingText, false, tr("window.shop.asks"))), container.NewCenter(answers(
			&widget.Button{Text: tr("window.shop.yes"), OnTapped: f.window.Close, Importance: widget.HighImportance},
			&widget.Button{Text: tr("window.shop.no"), OnTapped: f.wrongShop})),
		centred(theme.SizeNameCaptionText, false, tr("window.shop.hint"))))}
}

// askShop shows the question in place of the form.
func (f *Form) askShop(name string) {
	f.shop.name.SetText(name)
	f.show(f.shop.root)
}

// wrongShop takes back the pairing. The code is used up.
func (f *Form) wrongShop() {
	f.code.SetText("")
	f.send(ipc.FromUI{WrongShop: true})
}

// largeTheme makes a heading half as large again: it is read from where the shop's own people stand.
type largeTheme struct{ fyne.Theme }

// Size implements fyne.Theme.
func (t largeTheme) Size(name fyne.ThemeSizeName) float32 {
	size := t.Theme.Size(name)
	if name == theme.SizeNameHeadingText {
		size *= 1.5
	}
	return size
}
