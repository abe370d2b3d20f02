package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestNoLibraryPrintsBeforeMain(t *testing.T) {
	self := exec.Command(os.Args[0], "-test.run=^$") // what this program imports is initialised
	self.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := self.CombinedOutput()
	if err != nil || strings.Contains(string(out), "locale") {
		t.Errorf("%v: %s", err, out)
	}
}
