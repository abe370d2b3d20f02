package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// members are the names that a key may have. encoding/json would also read "ROLES" as roles: their case
// counts here. A member that limits a key, such as exp, must not be among them unless it is kept.
var members = []string{"kty", "kid", "alg", "use", "key_ops", "k", "iat", "roles", "marts"}

// meant has what people write for a member: the spelling of the flags, or of another program.
var meant = map[string]string{
	"role": "roles", "mart": "marts", "martid": "marts", "martids": "marts", "id": "kid", "secret": "k", "key": "k",
	"made": "iat", "created": "iat", "algorithm": "alg",
}

// maxMember is the longest name that an error repeats: a secret is longer.
const maxMember = 20

// checkMembers refuses a key with a member that is unknown, null or there twice.
func checkMembers(raw []byte) error {
	return eachMember(raw, func(name string, value json.RawMessage, again bool) error {
		switch {
		case !slices.Contains(members, name):
			return unknownMember(name)
		case again:
			return fmt.Errorf("%s is there twice", name)
		case string(value) == "null":
			return fmt.Errorf("%s is null: give it a value, or leave it out", name)
		}
		return nil
	})
}

// keysOnce refuses a key file that has keys twice: encoding/json takes the last, another reader the first.
func keysOnce(raw []byte) error {
	return eachMember(raw, func(name string, _ json.RawMessage, again bool) error {
		if again && name == "keys" {
			return errors.New("the key file has keys twice")
		}
		return nil
	})
}

// eachMember calls f with the members of an object until it fails; again reports whether one of that
// name came before. raw is valid JSON.
func eachMember(raw []byte, f func(name string, value json.RawMessage, again bool) error) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	_, err := d.Token()
	seen := map[string]bool{}
	for err == nil && d.More() {
		token, _ := d.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if err = d.Decode(&value); err == nil {
			err = f(name, value, seen[name])
		}
		seen[name] = true
	}
	return err
}

// unknownMember says which member is unknown, and which one was probably meant.
func unknownMember(name string) error {
	lower := strings.ToLower(name)
	short := name
	if len(name) > maxMember {
		short = "with a long name"
	}
	switch {
	case slices.Contains(members, lower):
		return fmt.Errorf("it has the unknown member %q: write %s", short, lower)
	case meant[lower] != "":
		return fmt.Errorf("it has the unknown member %q: write %s", short, meant[lower])
	}
	return fmt.Errorf("it has the unknown member %q: take it out; there are %s", short, strings.Join(members, ", "))
}
