// Package platform contains what differs by operating system: autostart, the system's
// notification, and the resume after sleep.
package platform
