// Package platform is what differs by operating system.
package platform
