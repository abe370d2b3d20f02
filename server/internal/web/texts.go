package web

import (
	"encoding/json"
	"fmt"
	"regexp"

	"jumun/assets/translations"
)

// languages are those of the page; the first is that of whoever does not ask for another one.
var languages = []string{"ko", "en"}

// said finds the texts in a script: text("id") and say("id").
var said = regexp.MustCompile(`\b(?:text|say)\("([^"]+)"`)

type texts map[string]map[string]string // by language and ID

func readTexts() (texts, error) {
	all := texts{}
	for _, language := range languages {
		raw, err := translations.Files.ReadFile(language + ".json")
		if err != nil {
			return nil, err
		}
		var read map[string]string
		if err := json.Unmarshal(raw, &read); err != nil {
			return nil, err
		}
		all[language] = read
	}
	return all, nil
}

// script returns the line of JavaScript that declares TEXTS with the texts that a script says.
func (t texts) script(source []byte) (string, error) {
	some := texts{}
	for language, all := range t {
		some[language] = map[string]string{}
		for _, m := range said.FindAllSubmatch(source, -1) {
			id := string(m[1])
			if all[id] == "" {
				return "", fmt.Errorf("the page says %s, which %s does not have", id, language)
			}
			some[language][id] = all[id]
		}
	}
	body, err := json.Marshal(some)
	return "const TEXTS = " + string(body) + ";\n", err
}
