package ui

import (
	"context"
	"fmt"
	"os"
	"testing"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ui/uitest"
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
		err = Run(context.Background(), os.Stdin, os.Stdout, Config{Translator: tr, Check: uitest.Check(tr), Version: "1.2.3"})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "jumun:", err)
		return 1
	}
	return 0
}
