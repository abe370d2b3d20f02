package icons

import "embed"

//go:embed tray/*.ico
var tray embed.FS

const extension = ".ico"

func number(icon []byte, n int) []byte { return numberICO(icon, n) }
