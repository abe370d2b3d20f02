// Package ui is the window process: it shows what the agent says, with Fyne.
package ui
