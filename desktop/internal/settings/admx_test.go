package settings

import (
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const templates = "../../packaging/windows/policy"

// attributes returns the values of attributes in an XML file. A name is that of an element and an attribute; the element * is
// any other one.
func attributes(t *testing.T, file string, names ...string) map[string][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(templates, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := map[string][]string{}
	for in := xml.NewDecoder(f); ; {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		start, _ := token.(xml.StartElement)
		for _, a := range start.Attr {
			if name := start.Name.Local + " " + a.Name.Local; slices.Contains(names, name) {
				found[name] = append(found[name], a.Value)
			} else if slices.Contains(names, "* "+a.Name.Local) {
				found["* "+a.Name.Local] = append(found["* "+a.Name.Local], a.Value)
			}
		}
	}
}

func set(list ...string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// An editor of group policies shows these files, and writes what an administrator enters there into the registry.
func TestTheTemplatesOfThePolicyHaveEveryValueThatIsReadAndNoOther(t *testing.T) {
	var s Settings
	var updates string
	var read []string
	for _, v := range policyValues(&s, &updates) {
		read = append(read, v.name)
	}
	found := attributes(t, "jumun.admx", "* valueName", "* key")
	if written := set(found["* valueName"]...); !slices.Equal(written, set(read...)) {
		t.Errorf("the template writes %v; %v are read", written, set(read...))
	}
	if keys := set(found["* key"]...); !slices.Equal(keys, []string{`Software\Policies\jumun`}) {
		t.Errorf("it writes to %v", keys)
	}
}

func TestTheTemplatesOfThePolicySayEverythingInBothLanguages(t *testing.T) {
	asked := attributes(t, "jumun.admx", "* displayName", "* explainText", "* presentation", "text id", "enum id")
	var texts []string
	for name, values := range maps.All(asked) {
		if name == "* displayName" || name == "* explainText" {
			texts = append(texts, values...)
		}
	}
	for i, text := range texts {
		texts[i] = strings.TrimSuffix(strings.TrimPrefix(text, "$(string."), ")")
	}
	for _, language := range []string{"ko-KR", "en-US"} {
		said := attributes(t, filepath.Join(language, "jumun.adml"), "string id", "presentation id", "* refId")
		if !slices.Equal(set(said["string id"]...), set(texts...)) {
			t.Errorf("%s says %v; asked for are %v", language, set(said["string id"]...), set(texts...))
		}
		if inputs := set(append(asked["text id"], asked["enum id"]...)...); !slices.Equal(set(said["* refId"]...), inputs) {
			t.Errorf("%s has fields for %v; there are %v", language, set(said["* refId"]...), inputs)
		}
		for _, form := range asked["* presentation"] {
			if id := strings.TrimSuffix(strings.TrimPrefix(form, "$(presentation."), ")"); !slices.Contains(said["presentation id"], id) {
				t.Errorf("%s has no form %s", language, id)
			}
		}
	}
}
