package platform

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestOnlyTheFirstConnectionWaitsForTheScriptOfAProxy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s scriptCache
		runs := 0
		slow := func(list string) func() scriptAnswer {
			return func() scriptAnswer { runs++; time.Sleep(8 * time.Second); return scriptAnswer{list, true} }
		}
		ask := func(what, question string, run func() scriptAnswer, want string, after time.Duration) {
			t.Helper()
			begin := time.Now()
			got := s.ask(question, run)
			if took := time.Since(begin); got != (scriptAnswer{want, want != ""}) || took != after {
				t.Errorf("%s: %+v after %v", what, got, took)
			}
		}
		ask("a search that takes long", "a", slow("one"), "", scriptLimit)
		ask("while it goes on", "a", slow("two"), "", 0)
		time.Sleep(4 * time.Second)
		ask("once it has ended", "a", slow("two"), "one", 0)
		time.Sleep(scriptAge)
		ask("an old answer", "a", slow("two"), "one", 0)
		ask("one more", "a", slow("three"), "one", 0)
		time.Sleep(9 * time.Second)
		ask("a new answer", "a", slow("three"), "two", 0)
		ask("another question", "b", func() scriptAnswer { return scriptAnswer{"four", true} }, "four", 0)
		if runs != 2 {
			t.Errorf("the script ran %d times", runs)
		}
	})
}
