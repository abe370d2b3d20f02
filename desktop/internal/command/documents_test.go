package command

import (
	"regexp"
	"strings"
	"testing"

	"jumun/shared/documents"
)

func TestTheCommandsAndFlagsThatDocumentsNameExist(t *testing.T) {
	help := func(args ...string) string {
		var out strings.Builder
		Run(t.Context(), "dev", append(args, "--help"), nil, &out, &out)
		return out.String()
	}
	var commands []string
	for _, command := range regexp.MustCompile(`(?m)^  ([a-z]+) `).FindAllStringSubmatch(help(), -1) {
		commands = append(commands, command[1])
	}
	flags := documents.FlagsOf(commands, func(command string) string { return help(command) })
	own := func(path string) bool { return strings.HasPrefix(path, "desktop/") }
	if checked := flags.Check(t, "jumun", own); checked < 5 {
		t.Errorf("only %d flags were found", checked)
	}
}
