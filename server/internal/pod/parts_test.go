package pod

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestAPartThatEndsUnaskedIsNamed(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"with an error", errors.New("epoll is gone"), "the poller ended (epoll is gone)"},
		{"without one", nil, "the poller ended (nobody asked it to)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ended := make(chan error, 1)
			reportEnd(t.Context(), ended, "the poller", tt.err)
			reportEnd(t.Context(), ended, "another", tt.err)
			if err := <-ended; !strings.Contains(err.Error(), tt.want) {
				t.Errorf("said %v", err)
			}
		})
	}
	asked, cancel := context.WithCancel(t.Context())
	cancel()
	ended := make(chan error, 1)
	reportEnd(asked, ended, "the poller", nil)
	if len(ended) > 0 {
		t.Errorf("said %v, though it was asked to end", <-ended)
	}
}
