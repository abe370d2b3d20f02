package client

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// maxCA is how much of a CA file is read, in bytes: four times what a system trusts. What
// comes later is not trusted.
const maxCA = 1 << 20

// caTimeout is how long reading it may take: a drive in the network that hangs may take for ever.
const caTimeout = 5 * time.Second

// Transport returns the transport of a Client without HTTP. With a PEM file (RFC 7468) it also
// trusts the certificate authorities in that file, beside those of the system. It blocks for at most
// caTimeout, and not after the end of ctx.
func Transport(ctx context.Context, caFile string) (*http.Transport, error) {
	t := transport()
	if caFile == "" {
		return t, nil
	}
	pem, err := caFiles.read(ctx, caFile)
	if err != nil {
		return nil, err
	}
	trusted, err := x509.SystemCertPool()
	if err != nil {
		trusted = x509.NewCertPool() // a system without any is no reason to trust none
	}
	if !trusted.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%w: %s is no PEM file with a certificate", errBadCA, caFile)
	}
	t.TLSClientConfig.RootCAs = trusted
	return t, nil
}

// caFiles are the CA files that are being read in this process. Nothing can interrupt a read from a
// drive that hangs, so who asks again waits for the read that is under way: each would cost a thread.
var caFiles fileReads

type fileReads struct {
	mu    sync.Mutex
	reads map[string]*fileRead
}

type fileRead struct {
	done chan struct{} // closed when data and err are set
	data []byte
	err  error
}

func (f *fileReads) read(ctx context.Context, name string) ([]byte, error) {
	r := f.begin(name)
	select {
	case <-r.done:
		return r.data, r.err
	case <-time.After(caTimeout):
		return nil, errSlowCA
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *fileReads) begin(name string) *fileRead {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.reads[name]; r != nil {
		return r
	}
	r := &fileRead{done: make(chan struct{})}
	if f.reads == nil {
		f.reads = map[string]*fileRead{}
	}
	f.reads[name] = r
	go func() {
		if r.data, r.err = readCA(name); r.err != nil {
			r.err = fmt.Errorf("%w: %w", errBadCA, r.err)
		}
		f.mu.Lock()
		delete(f.reads, name)
		f.mu.Unlock()
		close(r.done)
	}()
	return r
}

func readCA(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxCA))
}
