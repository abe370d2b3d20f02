// Package updates has the tests of how jumun replaces itself, with real processes: make test-updates.
package updates
