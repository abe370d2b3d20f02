package ipc

import "jumun/desktop/internal/settings"

// A Save is what a person wants stored. With a Code the PC is paired first: nothing is
// stored if that fails.
type Save struct {
	settings.Settings
	Code string  `json:"code,omitempty"`   // a pairing code, as it was typed; used once and not kept
	PIN  *string `json:"newPin,omitempty"` // a PIN to set, as it was typed; "" takes it away; nil leaves it
}

// A SettingsView is what the settings window shows.
type SettingsView struct {
	Settings settings.Settings `json:"settings"`           // without the PIN's hash
	HasPIN   bool              `json:"hasPin,omitempty"`   // there is a PIN
	Locked   bool              `json:"locked,omitempty"`   // ask for the PIN first: the rest is empty
	Paired   string            `json:"paired,omitempty"`   // the mart for which this PC has a token, by name if it is known; empty: none
	Notice   string            `json:"notice,omitempty"`   // one line above the form, such as a corrupt file's
	Problems map[string]string `json:"problems,omitempty"` // by the JSON name of a setting: why it was not saved
	Saved    bool              `json:"saved,omitempty"`    // answers a Save that was stored
	About    bool              `json:"about,omitempty"`    // show the page about jumun first
}
