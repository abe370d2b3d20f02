//go:build !windows

package icons

import "embed"

//go:embed tray/*.png
var tray embed.FS

const extension = ".png"

func number(icon []byte, n int) []byte { return numberPNG(icon, n) }
