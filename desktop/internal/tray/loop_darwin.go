package tray

import (
	"sync"

	"fyne.io/systray"
)

// loop shows the icon until Quit. The system sends its events to the main thread.
func (t *Tray) loop(wait *sync.WaitGroup) {
	systray.Run(func() {
		t.buildMenu()
		t.listen(wait)
		t.paint()
		for {
			select {
			case <-t.changed:
				t.paint()
			case <-t.quit:
				systray.Quit()
				return
			}
		}
	}, nil)
}
