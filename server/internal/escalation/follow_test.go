package escalation

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestAPolicyIsReadAgainWhenItsSecretsChange(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "escalation.yaml")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("escalation.yaml", "times: {undelivered: 5s}\n")
	synctest.Test(t, func(t *testing.T) {
		e := &Escalator{opts: Options{PolicyFile: path, Log: slog.New(slog.DiscardHandler)}}
		e.policy.Store(DefaultPolicy())
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go e.followPolicy(ctx)
		synctest.Wait()
		write("escalation.yaml", "targets: [{name: office, url: 'https://hooks.example.com/', secrets-file: s}]\n")
		time.Sleep(2 * policyEvery)
		write("s", "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=\n")
		time.Sleep(2 * policyEvery)
		if got := e.policy.Load().Targets(); len(got) != 1 {
			t.Errorf("with secrets that come later, its targets are %v", got)
		}
		write("s", "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=\nwhsec_MTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=\n")
		time.Sleep(2 * policyEvery)
		if got := e.policy.Load().Targets(); len(got) != 1 || len(got[0].Secrets) != 2 {
			t.Errorf("with one more secret, its targets are %v", got)
		}
	})
}
