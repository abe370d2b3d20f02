package i18n

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jumun/assets/translations"
)

func texts(t *testing.T, name string) map[string]string {
	t.Helper()
	raw, err := translations.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return m
}

var value = regexp.MustCompile(`{{\.[A-Za-z]+}}`)

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	ko, en := texts(t, "ko.json"), texts(t, "en.json")
	for id, text := range ko {
		if en[id] == "" {
			t.Errorf("%s is missing in English", id)
		}
		for _, v := range value.FindAllString(text, -1) {
			if !strings.Contains(en[id], v) {
				t.Errorf("%s lacks %s in English", id, v)
			}
		}
	}
	for id := range en {
		if ko[id] == "" {
			t.Errorf("%s is missing in Korean", id)
		}
	}
}

var said = regexp.MustCompile(`(?:\.Text|\btr)\("([^"]+)"`)

func TestTheFilesAreSortedSoThatAnIDHasOnePlace(t *testing.T) {
	id := regexp.MustCompile(`(?m)^  "([^"]+)":`)
	for _, name := range []string{"ko.json", "en.json"} {
		raw, err := translations.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		before := ""
		for _, m := range id.FindAllStringSubmatch(string(raw), -1) {
			if m[1] <= before {
				t.Errorf("%s: %s stands after %s", name, m[1], before)
			}
			before = m[1]
		}
	}
}

func TestEveryTextTheDesktopSaysExists(t *testing.T) {
	ko := texts(t, "ko.json")
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range said.FindAllSubmatch(source, -1) {
			if id := string(m[1]); !strings.HasSuffix(id, ".") && ko[id] == "" {
				t.Errorf("%s says %s, which no language has", path, id)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAWaitIsSaidAsPeopleSayIt(t *testing.T) {
	tr, err := New("ko")
	if err != nil {
		t.Fatal(err)
	}
	for wait, want := range map[time.Duration]string{0: "0초", 300 * time.Millisecond: "1초", 30 * time.Second: "30초", 59*time.Second + 1: "1분", 90 * time.Second: "2분", 30 * time.Minute: "30분"} {
		if got := tr.Wait(wait); got != want {
			t.Errorf("%v: %q, want %q", wait, got, want)
		}
	}
}

func TestSayFillsInValuesInEachLanguage(t *testing.T) {
	for name, want := range map[string]string{"ko": "연결됨", "en": "Connected"} {
		tr, err := New(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := tr.Text("state.connected"); got != want {
			t.Errorf("%s: %q", name, got)
		}
		if got := tr.Text("no.such.text"); got != "no.such.text" {
			t.Errorf("%s: a missing text reads %q", name, got)
		}
	}
}
