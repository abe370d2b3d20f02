// Package command is the command line of jumun-server: it reads flags and the environment,
// calls the package that does the work, and tells a person what to do when it failed.
package command
