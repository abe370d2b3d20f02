package tray

// mnemonic is the character that underlines the next letter in a menu of Windows.
const mnemonic = "&"
