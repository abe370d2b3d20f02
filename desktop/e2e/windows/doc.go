// Package windows tests the program for Windows under wine: make test-windows runs it.
//
// The tests skip themselves elsewhere, because wine and a C compiler for Windows take long to install
// and ten minutes to compile.
package windows
