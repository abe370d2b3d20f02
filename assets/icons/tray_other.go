//go:build !windows

package icons

import "embed"

//go:embed tray/*.png
var tray embed.FS

const extension = ".png"
