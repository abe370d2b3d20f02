//go:build linux

package sqltest

import "testing"

func TestWhatWasCommittedSurvivesAKill(t *testing.T) {
	Need(t)
	for name, start := range map[string]func() (*Server, error){"PostgreSQL": Postgres, "MariaDB": MariaDB} {
		t.Run(name, func(t *testing.T) {
			s, err := start()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			s.Kill()
			if err := s.Start(); err != nil {
				t.Fatal(err)
			}
		})
	}
}
