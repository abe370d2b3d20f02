package tray

// mnemonic is empty: menus of macOS underline no letters.
const mnemonic = ""
