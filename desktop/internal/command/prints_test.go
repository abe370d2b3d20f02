package command

import "testing"

func TestOnlyCommandsThatAnswerUseTheConsoleTheyWereCalledFrom(t *testing.T) {
	for _, answers := range [][]string{{"status"}, {"test"}, {"pair", "--code", "ABCD"}, {"version"}, {"--version"}, {"--help"}, {"mistyped"}} {
		if !Prints(answers) {
			t.Errorf("%v does not print", answers)
		}
	}
	for _, app := range [][]string{nil, {"start"}, {"jumun://pair?mart=42"}, {"agent"}, {"window"}, {"ring"}, {"guard"}} { // would end with the console
		if Prints(app) {
			t.Errorf("%v prints", app)
		}
	}
}
