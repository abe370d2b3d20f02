package macos

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// values returns the keys of a property list with the texts of their values, or the values' names if they have none.
func values(t *testing.T, file string) map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found, key, text, d := map[string]string{}, "", "", xml.NewDecoder(f)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			text = ""
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			switch name := token.Name.Local; name {
			case "key":
				key = text
			case "string":
				found[key] = text
			default:
				found[key] = name
			}
		}
	}
}

func TestTheBundleIsAnAppOfTheMenuBarWithWhatTheRecipePutsInIt(t *testing.T) {
	recipe, err := os.ReadFile("build")
	if err != nil {
		t.Fatal(err)
	}
	fyne, err := os.ReadFile("../../../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	got := values(t, "Info.plist")
	for key, want := range map[string]string{"LSUIElement": "true", "CFBundlePackageType": "APPL", "CFBundleShortVersionString": "@NUMBER@"} {
		if got[key] != want {
			t.Errorf("%s is %q, not %q", key, got[key], want)
		}
	}
	if id := got["CFBundleIdentifier"]; id == "" || !strings.Contains(string(fyne), `ID = "`+id+`"`) {
		t.Errorf("FyneApp.toml has another ID than %q", id)
	}
	for _, path := range []string{"Contents/MacOS/" + got["CFBundleExecutable"], "Contents/Resources/" + got["CFBundleIconFile"]} {
		if !strings.Contains(string(recipe), path+`"`) {
			t.Errorf("build does not make %s", path)
		}
	}
	if _, err := os.Stat("../../../assets/icons/app.icns"); err != nil {
		t.Error(err)
	}
}
