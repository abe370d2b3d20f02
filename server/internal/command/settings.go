package command

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// settings returns the flags of the command that runs and what they are, from wherever they come, as
// attributes for the log. Passwords are left out.
func settings(c *kong.Context) (attributes []any) {
	for _, flag := range c.Flags() {
		if flag.Hidden || !hasVariable(flag.Name) {
			continue
		}
		value := fmt.Sprint(flag.Target.Interface())
		if flag.Name == "redis" {
			value = redacted(value)
		}
		attributes = append(attributes, flag.Name, value)
	}
	return attributes
}

// redacted returns the address of a Redis with xxxxx for each password.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "not a URL"
	}
	if q := u.Query(); q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

// others are variables that are no flag: of the token, of the app on the same machine, of its tests, and those that
// Kubernetes makes of a service that is called jumun.
var others = regexp.MustCompile(`^JUMUN_(TOKEN|RELEASE_PASSWORD|UPDATES|CODE|PIN|LIFELINE|INSTALLED|LANGUAGE|TEST_.*|(.*_)?SERVICE_(HOST|PORT).*|(.*_)?PORT(_[0-9]+_(TCP|UDP).*)?)$`)

// unknown returns the variables in environ that look like ours and that no command has. One that is
// misspelt would be ignored in silence.
func unknown(environ []string, app *kong.Application) (names []string) {
	known := variablesOf(app.Node)
	for _, assignment := range environ {
		name, _, _ := strings.Cut(assignment, "=")
		if strings.HasPrefix(name, "JUMUN_") && !others.MatchString(name) && !slices.Contains(known, name) {
			names = append(names, name)
		}
	}
	return names
}

func variablesOf(node *kong.Node) (names []string) {
	for _, flag := range node.Flags {
		names = append(names, variable(flag.Name))
	}
	for _, child := range node.Children {
		names = append(names, variablesOf(child)...)
	}
	return names
}
