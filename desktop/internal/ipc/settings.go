package ipc

import "jumun/desktop/internal/settings"

// A Save (ui process → agent) asks to store settings. With a Code the PC is paired first;
// if that fails, nothing is stored.
type Save struct {
	settings.Settings
	Code string  `json:"code,omitempty"`   // a pairing code, as typed; used once, never stored
	PIN  *string `json:"newPin,omitempty"` // a new PIN, as typed; "" removes the PIN; nil keeps it
}

// A SettingsView (agent → ui process) is what the settings window shows.
type SettingsView struct {
	Settings settings.Settings `json:"settings"`           // without secrets
	Managed  []string          `json:"managed,omitempty"`  // JSON names of the settings that an administrator decided
	HasPIN   bool              `json:"hasPin,omitempty"`   // there is a PIN
	Locked   bool              `json:"locked,omitempty"`   // ask for the PIN first; Settings is empty
	Paired   string            `json:"paired,omitempty"`   // the mart for which this PC has a token; empty: none
	Notice   string            `json:"notice,omitempty"`   // one line above the form, such as that the file was corrupt
	Problems map[string]string `json:"problems,omitempty"` // why the settings were not saved, by JSON name of the setting
	Saved    bool              `json:"saved,omitempty"`    // answers a Save that was stored
	Shop     string            `json:"shop,omitempty"`     // this PC was paired with this shop: ask whether it is the right one, in place of the form
	Link     string            `json:"link,omitempty"`     // a wire.PairingLink: fill in what it says; nothing of it is stored
	Newer    string            `json:"newer,omitempty"`    // the version that this PC could have and does not take by itself; empty: none
	About    bool              `json:"about,omitempty"`    // show the page about jumun first
}
