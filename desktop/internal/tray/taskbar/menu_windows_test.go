package taskbar

import "testing"

func TestAClickIsForWhatTheMenuShowedWhenItWasOpened(t *testing.T) {
	var m Menu
	item := m.AddItem("1001")
	item.ClickedCh = make(chan struct{}, 1)
	tests := []struct {
		name   string
		change func()
		clicks int
	}{
		{"nothing has changed", func() {}, 1},
		{"another order took its place", func() { item.SetTitle("1002") }, 0},
		{"it was hidden", func() { item.Hide() }, 0},
		{"it was hidden and is back", func() { item.Show(); item.Hide(); item.Show() }, 0},
	}
	for _, tt := range tests {
		var offers []offer
		menu := m.build(&offers)
		tt.change()
		offers[0].take()
		if len(item.ClickedCh) != tt.clicks {
			t.Errorf("%s: %d clicks", tt.name, len(item.ClickedCh))
		}
		for len(item.ClickedCh) > 0 {
			<-item.ClickedCh
		}
		destroyMenu.Call(menu)
		item.Show()
	}
}
