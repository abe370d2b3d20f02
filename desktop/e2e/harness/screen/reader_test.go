package screen

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"jumun/assets/fonts"
)

func reader(t *testing.T) *Reader {
	t.Helper()
	r, err := NewReader(fonts.Bold())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// page draws text between the pixels of a card, as another program would.
func page(t *testing.T, text string, size float64) image.Image {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 400, 200))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{250, 250, 245, 255}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, 10, 200), image.NewUniform(color.RGBA{220, 90, 20, 255}), image.Point{}, draw.Src)
	f, err := opentype.Parse(fonts.Bold())
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	ink := image.NewUniform(color.RGBA{40, 40, 60, 255})
	d := font.Drawer{Dst: img, Src: ink, Face: face, Dot: fixed.P(40, 120).Add(fixed.Point26_6{X: 21, Y: 30})}
	d.DrawString(text)
	return img
}

func TestATextIsFoundWhereItIsAndNoOtherIs(t *testing.T) {
	r := reader(t)
	img := page(t, "1001", 48)
	found, err := r.Read(img, img.Bounds(), "1001", 46, 50)
	if err != nil || found.Likeness < Threshold || found.Size < 47 || found.Size > 49 {
		t.Fatalf("found %+v, %v", found, err)
	}
	if c := found.Centre(); c.X < 80 || c.X > 110 || c.Y < 95 || c.Y > 112 {
		t.Errorf("found at %v", found.Bounds)
	}
	for _, wrong := range []string{"1007", "1000", "1011", "2001", "100", "10010", "주문"} {
		got, err := r.Read(img, img.Bounds(), wrong, 46, 50)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s is like 1001 by %.3f", wrong, got.Likeness)
		if wrong != "100" && got.Likeness >= Threshold { // "100" is there, as the first part of it
			t.Errorf("%s was read by %.3f where 1001 stands", wrong, got.Likeness)
		}
	}
	t.Logf("1001: %.3f", found.Likeness)
}

func TestSmallHangulIsFound(t *testing.T) {
	r := reader(t)
	img := page(t, "주문 발생", 16)
	found, err := r.Read(img, img.Bounds(), "주문 발생", 12, 20)
	if err != nil || found.Likeness < Threshold {
		t.Errorf("found %+v, %v", found, err)
	}
	if got, _ := r.Read(img, img.Bounds(), "주문 취소", 12, 20); got.Likeness >= Threshold {
		t.Errorf("another word was read by %.3f", got.Likeness)
	}
}

func TestNothingIsFoundOnAnEmptyPage(t *testing.T) {
	r := reader(t)
	img := image.NewRGBA(image.Rect(0, 0, 300, 100))
	if got, err := r.Read(img, img.Bounds(), "1001", 30, 50); err != nil || got.Likeness > 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := r.Find(img, image.Rect(0, 0, 3, 3), "1001", 40); err != nil || got.Likeness > 0 {
		t.Errorf("on too small a part: %+v, %v", got, err)
	}
	if _, err := r.Find(img, img.Bounds(), " ", 40); err == nil {
		t.Error("a space was looked for")
	}
}
