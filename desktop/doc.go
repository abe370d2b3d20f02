// Command jumun is the order alarm on a store's PC. The one executable runs as four
// processes: the supervisor, the agent, and two children that the agent starts when they
// are needed: the ui process for windows, and the player for sound.
//
// This is the way of one order through the packages below internal:
//
//   - command decides from the arguments which process this one is.
//   - supervisor keeps the agent alive until a person quits.
//   - agent is the one loop that wires the rest. It never waits for a disk, a network or a
//     child.
//   - client holds the connection to the server: the stream, polling where a network
//     swallows streams, the token, and confirmations on their way out.
//   - orders stores the order in a journal and drops repeats. Only then does the client move
//     the ID from which it would resume.
//   - alarm decides, as a pure function of what is known and the time, what rings and what
//     is shown now.
//   - player plays the sound; ui draws the popup (ui/popup), the history (ui/history) and
//     the settings (ui/settings). Both talk to the agent by the messages of ipc.
//   - tray shows the state, and the menu.
//   - A click on 확인 goes from ui to the agent, which stores it, silences this PC at once,
//     and sends it to the server until the server has it.
//
// Beside that way: settings are what a person chose, and the token in the keychain; i18n has
// every text that people see; platform is what differs by operating system; diagnostics
// packs logs into a zip for whoever helps.
package main
