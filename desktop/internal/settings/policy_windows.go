package settings

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// policyKey is where Windows keeps what group policies decide. Only administrators may write there.
const policyKey = `Software\Policies\jumun`

// readPolicy reads the policy for all users of this PC.
func readPolicy() (values map[string]string, unreadable []string) {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, policyKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, []string{"policy"}
	}
	defer key.Close()
	names, err := key.ReadValueNames(0)
	if err != nil {
		return nil, []string{"policy"}
	}
	values = map[string]string{}
	for _, name := range names {
		value, err := policyText(key, name)
		if err != nil {
			unreadable = append(unreadable, strings.ToLower(name))
			continue
		}
		values[strings.ToLower(name)] = value
	}
	return values, unreadable
}

// policyText returns a value that is a text or a number.
func policyText(key registry.Key, name string) (string, error) {
	text, _, err := key.GetStringValue(name)
	if !errors.Is(err, registry.ErrUnexpectedType) {
		return text, err
	}
	number, _, err := key.GetIntegerValue(name)
	return strconv.FormatUint(number, 10), err
}
