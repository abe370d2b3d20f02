//go:build linux

package updates

import "fmt"

// errOf returns an error that shows what there is in place of what is waited for.
func errOf(what any) error { return fmt.Errorf("there is %+v", what) }
