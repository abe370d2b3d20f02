package tray

// mnemonic is the mark of Windows' menus for the next letter.
const mnemonic = "&"
