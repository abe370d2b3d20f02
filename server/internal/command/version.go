package command

import "fmt"

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(env environment) error {
	_, err := fmt.Fprintln(env.stdout, "jumun-server", env.version)
	return err
}
