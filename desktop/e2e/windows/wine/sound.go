//go:build linux

package wine

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"jumun/desktop/e2e/windows/seen"
)

// wine's sound driver has its settings in this key, and reads them when a program first uses sound.
const (
	driverKey = `HKCU\Software\Wine\Drivers`
	alsaKey   = driverKey + `\winealsa.drv`
)

// reg changes the registry, or reads it.
func (w *Windows) reg(args ...string) (string, error) {
	a, err := w.probe.ask(seen.Request{Do: seen.Run, Args: append([]string{"reg"}, args...)})
	if err == nil && a.Code != 0 {
		err = fmt.Errorf("reg %v: %s%s", args, a.Out, a.Err)
	}
	return a.Out, err
}

// Unplug takes all sound devices from programs that start from now on, and Plug gives them back.
func (w *Windows) Unplug() error {
	_, err := w.reg("add", driverKey, "/v", "Audio", "/d", "", "/f")
	return err
}

// Plug undoes Unplug.
func (w *Windows) Plug() error {
	_, err := w.reg("delete", driverKey, "/v", "Audio", "/f")
	return err
}

// PlugSecond shows the second device to programs that start from now on.
func (w *Windows) PlugSecond() error {
	_, err := w.reg("add", alsaKey, "/v", "ALSAOutputDevices", "/t", "REG_MULTI_SZ", "/d", second, "/f")
	return err
}

// PlayOnSecond makes the second device, which a program has seen before, the one that plays by default, for running
// programs too. PlayOnFirst undoes it.
func (w *Windows) PlayOnSecond() error {
	out, err := w.reg("query", alsaKey+`\devices\0,`+second, "/v", "guid")
	if err != nil {
		return err
	}
	fields := strings.Fields(out)
	guid, err := hex.DecodeString(fields[len(fields)-1])
	if err != nil || len(guid) != 16 {
		return fmt.Errorf("the second device has the GUID %q: %w", out, err)
	}
	for _, part := range [][]byte{guid[:4], guid[4:6], guid[6:8]} { // they are little-endian
		for i, j := 0, len(part)-1; i < j; i, j = i+1, j-1 {
			part[i], part[j] = part[j], part[i]
		}
	}
	id := fmt.Sprintf("{0.0.0.00000000}.{%X-%X-%X-%X-%X}", guid[:4], guid[4:6], guid[6:8], guid[8:10], guid[10:])
	_, err = w.reg("add", alsaKey, "/v", "DefaultOutput", "/d", id, "/f")
	return err
}

// PlayOnFirst undoes PlayOnSecond.
func (w *Windows) PlayOnFirst() error {
	_, err := w.reg("delete", alsaKey, "/v", "DefaultOutput", "/f")
	return err
}

// Test builds the tests of a package that needs no C compiler, and runs those of them that a pattern names: here they
// have a sound device. It returns what they printed.
func (w *Windows) Test(folder, pattern string) (string, error) {
	program := w.Path("build/wine/package.test.exe")
	build := exec.Command("go", "test", "-c", "-o", program, "./"+folder)
	build.Dir, build.Env = w.root, append(os.Environ(), "GOOS=windows", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(string(out)))
	}
	a, err := w.probe.ask(seen.Request{Do: seen.Run, Args: []string{`Z:` + strings.ReplaceAll(program, "/", `\`), "-test.v", "-test.run", pattern}})
	if err == nil && a.Code != 0 {
		err = errors.New(a.Out + a.Err)
	}
	return a.Out, err
}
