//go:build windows || darwin

package tray

import (
	"sync"

	"fyne.io/systray"
)

// loop shows the icon until Quit. The system's events come to the main thread.
func (t *Tray) loop(wait *sync.WaitGroup, ready func()) {
	systray.Run(func() {
		t.buildMenu()
		wait.Go(ready)
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
