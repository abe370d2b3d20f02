package uitest

import (
	_ "embed"
	"encoding/json"
	"slices"
	"time"

	"jumun/desktop/internal/ipc"
)

// popups has what the agent says, by language and screen. A test of the agent writes it.
//
//go:embed popups.json
var popups []byte

// Said returns the popups that the agent says, one after another, for a screen of the gallery.
func Said(language, screen string) []ipc.Popup {
	var said map[string]map[string][]ipc.Popup
	if err := json.Unmarshal(popups, &said); err != nil {
		panic(err)
	}
	if said[language][screen] == nil {
		panic("the agent says nothing for " + screen)
	}
	return slices.Clone(said[language][screen])
}

// Lunch is when the agent says that.
func Lunch() time.Time { return time.Date(2000, 1, 1, 12, 30, 0, 0, time.UTC) }
