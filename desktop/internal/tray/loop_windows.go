package tray

import (
	"sync"

	"jumun/desktop/internal/tray/taskbar"
)

// An item is an item of the menu as the desktop has it.
type item = taskbar.Item

// A native is the icon as the desktop has it.
type native struct{ icon taskbar.Icon }

func (n *native) setUp()                              {}
func (n *native) addItem() *item                      { return n.icon.AddItem(name) }
func (n *native) addLine()                            { n.icon.AddLine() }
func (n *native) show(picture []byte, tooltip string) { n.icon.Show(picture, tooltip) }
func addBelow(i *item) *item                          { return i.AddItem(name) }

func (n *native) notify(title, text string) bool {
	if title != "" && text == "" { // Windows shows no title without a text
		title, text = name, title
	}
	n.icon.Notify(title, text)
	return true
}

// loop shows the icon until Quit. It never waits for Windows: a tray that hangs, or that there is
// none, must not keep the agent from ending, or the next one finds its place taken.
func (t *Tray) loop(wait *sync.WaitGroup) {
	t.buildMenu()
	t.listen(wait)
	t.native.icon.Sleep, t.native.icon.Wake = t.actions.Sleep, t.actions.Wake
	wait.Go(func() {
		if err := t.native.icon.Run(); err != nil {
			t.log.Error("Windows gives no place for an icon", "err", err)
		}
	})
	defer t.native.icon.End()
	t.paint()
	for {
		select {
		case <-t.changed:
			t.paint()
		case <-t.quit:
			return
		}
	}
}
