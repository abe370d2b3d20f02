package player

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// askAbsent makes this test binary ask a mixer that is missing.
const askAbsent = "JUMUN_TEST_ASK_ABSENT_MIXER"

func TestALSAPrintsNothingAboutADeviceThatIsMissing(t *testing.T) {
	if os.Getenv(askAbsent) != "" {
		(&alsaMixer{}).controls()
		return
	}
	self := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	self.Env = append(os.Environ(), askAbsent+"=1", "ALSA_CONFIG_PATH=/dev/null")
	if out, err := self.CombinedOutput(); err != nil || strings.Contains(string(out), "ALSA") {
		t.Errorf("%v: %s", err, out)
	}
}
