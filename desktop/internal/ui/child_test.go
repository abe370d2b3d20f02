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
		err = Run(context.Background(), os.Stdin, os.Stdout, Config{Translator: tr, Check: badAddress, Version: "1.2.3"})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "jumun:", err)
		return 1
	}
	return 0
}

const badAddressText = "https://로 시작하는 주소를 입력하세요"

// badAddress stands in for the check of the settings.
func badAddress(s settings.Settings) map[string]string {
	found := map[string]string{}
	if !strings.HasPrefix(s.Server, "http") {
		found["server"] = badAddressText
	}
	if s.Mart == "" {
		found["mart"] = "매장 번호를 입력하세요"
	}
	return found
}
