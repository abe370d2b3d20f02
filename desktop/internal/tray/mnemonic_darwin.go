package tray

// mnemonic is empty: macOS' menus mark no letters.
const mnemonic = ""
