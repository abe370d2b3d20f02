// Package macos holds the recipe of the app for macOS: "build", which a Mac runs, and the app's Info.plist.
package macos
