//go:build !windows

package i18n

import "github.com/jeandeaual/go-locale"

// displayLanguage returns the language of the system's own texts, such as "ko".
func displayLanguage() (string, error) { return locale.GetLanguage() }
