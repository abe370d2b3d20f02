//go:build !unix || solaris || aix

package localredis

import (
	"errors"
	"os"
	"syscall"
)

func tryLock(*os.File) error { return errors.New("this system has no flock") }

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
