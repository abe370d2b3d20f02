//go:build !unix

package pod

import "math"

// newDescriptors returns no limit: this system has none.
func newDescriptors() descriptors { return divideDescriptors(math.MaxInt32) }

// descriptorOf returns 0: this system has no descriptors.
func descriptorOf(any) int { return 0 }

// nextDescriptor returns 0.
func nextDescriptor(any) int { return 0 }
