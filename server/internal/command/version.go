package command

import "fmt"

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(env environment) error {
	_, err := fmt.Fprintln(env.stdout, versionLine(env.version))
	return err
}

func versionLine(version string) string { return "jumun-server " + version }
