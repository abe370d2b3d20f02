package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"jumun/assets/icons"
	"jumun/desktop/internal/ui/widgets"
)

const (
	// A question with its answers fits a screen of 800 by 600 at the largest scale.
	questionWidth, questionHeight = 264, 192

	questionIcon = 96
	questionGap  = 8
)

// newQuestion returns what stands in place of the form until a person has answered.
func newQuestion(asked fyne.CanvasObject) *fyne.Container {
	return container.New(questionLayout{}, newIcon(), asked)
}

// newBox returns the parts of a question one above the other, in the middle.
func newBox(parts ...fyne.CanvasObject) fyne.CanvasObject {
	return container.NewCenter(container.NewGridWrap(fyne.NewSize(questionWidth, questionHeight), container.NewVBox(parts...)))
}

// answers returns buttons beside each other that a finger finds.
func answers(buttons ...*widget.Button) fyne.CanvasObject {
	row := container.NewGridWithColumns(len(buttons))
	for _, b := range buttons {
		b.ExtendBaseWidget(b) // else it would not lay itself out when it gets its size
		row.Add(b)
	}
	return container.NewGridWrap(fyne.NewSize(questionWidth, pageHeight), row)
}

func newIcon() fyne.CanvasObject {
	return &canvas.Image{Resource: fyne.NewStaticResource("app.png", icons.App()), FillMode: canvas.ImageFillContain}
}

// questionLayout is the layout of a question: the icon above what is asked, in the middle of the window. A
// window without room for the icon has none.
type questionLayout struct{}

// MinSize implements fyne.Layout.
func (questionLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(questionWidth, questionHeight)
}

// Layout implements fyne.Layout.
func (questionLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	icon, asked := o[0], o[1]
	asked.Resize(size) // wrapped texts know their height once they know their width
	height := asked.MinSize().Height
	top := (size.Height - height - questionIcon - questionGap) / 2
	if icon.(*canvas.Image).Hidden = top < questionGap; icon.Visible() {
		widgets.Place(icon, (size.Width-questionIcon)/2, top, questionIcon, questionIcon)
		top += questionIcon + questionGap
	} else {
		top = max(0, (size.Height-height)/2)
	}
	widgets.Place(asked, 0, top, size.Width, height)
}
