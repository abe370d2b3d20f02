package icons

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
)

// numberPNG returns a PNG with a badge. It returns anything but a PNG unchanged.
func numberPNG(file []byte, n int) []byte {
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return file
	}
	drawn := image.NewNRGBA(picture.Bounds())
	draw.Draw(drawn, drawn.Bounds(), picture, picture.Bounds().Min, draw.Src)
	badge(drawn, n)
	var out bytes.Buffer
	if err := png.Encode(&out, drawn); err != nil {
		return file
	}
	return out.Bytes()
}
