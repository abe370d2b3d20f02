package main

import (
	"strings"
	"testing"
)

func TestATargetOfThePolicyIsTestedAndANameThatIsNotThereIsTold(t *testing.T) {
	office := newOffice(t)
	policy := office.policy(t, "")
	if code, out, said := do(t, nothing, "webhook", "test", "office", "--escalation", policy); code != exitDone || !strings.Contains(out, "answered 204") || len(office.told()) != 1 {
		t.Errorf("%d %s%s", code, out, said)
	}
	if code, _, said := do(t, nothing, "webhook", "test", "offcie", "--escalation", policy); code != exitFailed || !strings.Contains(said, `no target "offcie"`) {
		t.Errorf("%d %s", code, said)
	}
}
