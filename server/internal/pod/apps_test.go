package pod

import (
	"fmt"
	"testing"
)

func TestAppsAreCountedByTheirVersionAndMadeUpOnesFillNothing(t *testing.T) {
	var a apps
	for agent, want := range map[string]string{"jumun/1.2.3+abc": "1.2.3", "jumun/dev": "dev", "jumun": unknownApp, "curl/8": unknownApp, "jumun/a b": unknownApp} {
		a.of(agent).Add(1)
		if a.counts[want] == nil || a.counts[want].Load() < 1 {
			t.Errorf("%s is not counted as %s", agent, want)
		}
	}
	for i := range 2 * maxApps {
		a.of(fmt.Sprint("jumun/9.", i)).Add(1)
	}
	if len(a.counts) != maxApps || a.counts[otherApp].Load() == 0 {
		t.Errorf("%d versions, %d of them other", len(a.counts), a.counts[otherApp].Load())
	}
}
