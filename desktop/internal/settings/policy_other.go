//go:build !windows

package settings

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jumun/shared/wire"
)

// readPolicy reads the first jumun/policy.json in the directories where this system keeps settings of all users:
// XDG_CONFIG_DIRS, or else /etc/xdg. It is a JSON object with the names that the registry has on Windows.
func readPolicy() (values map[string]string, unreadable []string) {
	for _, dir := range filepath.SplitList(cmp.Or(os.Getenv("XDG_CONFIG_DIRS"), "/etc/xdg")) {
		raw, err := readFile(filepath.Join(dir, "jumun", "policy.json"))
		if errors.Is(err, fs.ErrNotExist) || !filepath.IsAbs(dir) {
			continue
		}
		fields, parseErr := parseObject(raw)
		if err != nil || len(raw) > maxFile || parseErr != nil {
			return nil, []string{"policy"}
		}
		return policyTexts(fields)
	}
	return nil, nil
}

// policyTexts returns the values that are texts or integers, by lower-case names. 42.0 is 42, as in a publication.
func policyTexts(fields map[string]json.RawMessage) (values map[string]string, unreadable []string) {
	values = map[string]string{}
	for name, raw := range fields {
		var value any
		_ = json.Unmarshal(raw, &value) // it has been parsed
		switch v := value.(type) {
		case string:
			values[strings.ToLower(name)] = v
		case float64:
			number, isInteger := wire.Integer(string(raw))
			if values[strings.ToLower(name)] = number; !isInteger {
				unreadable = append(unreadable, strings.ToLower(name))
			}
		default:
			unreadable = append(unreadable, strings.ToLower(name))
		}
	}
	return values, unreadable
}
