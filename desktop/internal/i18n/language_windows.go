package i18n

import (
	"strings"

	"golang.org/x/sys/windows"
)

// displayLanguage returns the language of Windows' own texts, such as "ko". The format of dates and numbers is another
// setting, which may be of another country.
func displayLanguage() (string, error) {
	languages, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME) // such as "ko-KR"
	if err != nil || len(languages) == 0 {
		return "", err
	}
	name, _, _ := strings.Cut(languages[0], "-")
	return name, nil
}
