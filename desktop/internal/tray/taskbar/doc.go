// Package taskbar shows an icon with a menu in the notification area of Windows.
//
// The library that serves the other systems registers its icon once: a login where Explorer comes late
// leaves it without one for ever, and it then never ends. Here the icon is asked for until there
// is one, pictures stay in memory, and no call of another package waits for Windows.
package taskbar
