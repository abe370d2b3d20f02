package ui

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/settings"
)

// asChild makes the test program the window process: Fyne wants the main goroutine.
const asChild = "JUMUN_TEST_WINDOW"

func TestMain(m *testing.M) {
	if language := os.Getenv(asChild); language != "" {
		os.Exit(child(language))
	}
	os.Exit(m.Run())
}

func child(language string) int {
	tr, err := i18n.New(language)
	if err == nil {
		err = Run(context.Background(), os.Stdin, os.Stdout, Config{Translator: tr, Check: checkAddress(tr), Version: "1.2.3"})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "jumun:", err)
		return 1
	}
	return 0
}

// checkAddress returns a check of settings of which only the server and the mart can be wrong.
func checkAddress(tr *i18n.Translator) func(settings.Settings) map[string]string {
	return func(s settings.Settings) map[string]string {
		found := map[string]string{}
		if !strings.HasPrefix(s.Server, "http") {
			found["server"] = tr.Text("settings.server-not-url")
		}
		if s.Mart == "" {
			found["mart"] = tr.Text("settings.mart-missing")
		}
		return found
	}
}
