package icons

import (
	"encoding/binary"
	"image"
	"image/color"
	"slices"
)

// numberICO returns a copy of an ICO with a badge on each of its pictures. make.sh makes
// them as bitmaps of 32 bits a pixel; numberICO leaves any other picture unchanged.
// (https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10))
func numberICO(file []byte, n int) []byte {
	file = slices.Clone(file)
	if len(file) < 6 {
		return file
	}
	for i := range int(binary.LittleEndian.Uint16(file[4:])) {
		if 6+16*(i+1) > len(file) {
			break
		}
		entry := file[6+16*i:]
		from := uint64(binary.LittleEndian.Uint32(entry[12:]))
		to := from + uint64(binary.LittleEndian.Uint32(entry[8:]))
		if to > uint64(len(file)) {
			break
		}
		if b, ok := bitmapIn(file[from:to]); ok {
			badge(b, n)
		}
	}
	return file
}

// A bitmap is a picture in an ICO: first the rows from the bottom up, with the bytes blue,
// green, red and opacity a pixel; then a mask of one bit a pixel, which is set where the
// pixel is clear. A row of the mask is padded to 32 bits.
type bitmap struct {
	width, height int
	pixels, mask  []byte
}

const bitmapHeader = 40 // bytes

func bitmapIn(raw []byte) (bitmap, bool) {
	if len(raw) < bitmapHeader || binary.LittleEndian.Uint32(raw) != bitmapHeader || binary.LittleEndian.Uint16(raw[14:]) != 32 {
		return bitmap{}, false
	}
	b := bitmap{width: int(binary.LittleEndian.Uint32(raw[4:])), height: int(binary.LittleEndian.Uint32(raw[8:])) / 2}
	if b.width < 1 || b.height < 1 || max(b.width, b.height) > 256 { // the limits of an ICO
		return bitmap{}, false
	}
	size := 4 * b.width * b.height
	if len(raw) < bitmapHeader+size+b.stride()*b.height {
		return bitmap{}, false
	}
	b.pixels, b.mask = raw[bitmapHeader:][:size], raw[bitmapHeader+size:]
	return b, true
}

// stride returns the length of a row of the mask in bytes.
func (b bitmap) stride() int { return (b.width + 31) / 32 * 4 }

func (b bitmap) Bounds() image.Rectangle { return image.Rect(0, 0, b.width, b.height) }

func (b bitmap) Set(x, y int, c color.Color) {
	p := color.NRGBAModel.Convert(c).(color.NRGBA)
	row := b.height - 1 - y
	copy(b.pixels[4*(row*b.width+x):], []byte{p.B, p.G, p.R, p.A})
	bit := byte(0x80) >> (x % 8)
	if at := row*b.stride() + x/8; p.A == 0 {
		b.mask[at] |= bit
	} else {
		b.mask[at] &^= bit
	}
}
