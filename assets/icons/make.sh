#!/bin/sh
# Draws the icons: a PNG and a Windows .ico for each state of the tray, and the icons of
# the application. Debian packages: librsvg2-bin imagemagick icoutils icnsutils
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# draw STATE SIZE FILE
draw() {
	printf '.%s { display: inline !important }\n' "$1" >"$work/state.css"
	rsvg-convert --stylesheet="$work/state.css" --width="$2" --height="$2" bell.svg >"$3"
}

mkdir -p tray
for state in not-set connecting connected lost refused waiting attention; do
	# Every pixel is opaque or clear: the tray library on Linux gives any other pixel a wrong
	# colour. The panel smooths the edges when it draws the icon at its own size.
	draw "$state" 64 "$work/64.png"
	convert "$work/64.png" -channel A -threshold 50% -strip "PNG32:tray/$state.png"
	# The sizes that Windows needs between 100 % and 400 %. Each is drawn, not scaled.
	for size in 16 20 24 32 40 48 64; do
		draw "$state" "$size" "$work/$size.png"
	done
	(cd "$work" && convert 16.png 20.png 24.png 32.png 40.png 48.png 64.png -strip state.ico)
	mv "$work/state.ico" "tray/$state.ico"
done
rsvg-convert --width=512 --height=512 app.svg >app.png

# The sizes in which Explorer, the task bar and the installer show the program.
for size in 16 20 24 32 40 48 64 256; do
	rsvg-convert --width="$size" --height="$size" app.svg >"$work/app$size.png"
done
# Windows takes a PNG for the largest only.
(cd "$work" && icotool --create --output=app.ico app16.png app20.png app24.png app32.png app40.png app48.png app64.png --raw=app256.png)
mv "$work/app.ico" app.ico

# The sizes that macOS shows in Finder and in its dialogs.
for size in 16 32 128 256 512; do
	rsvg-convert --width="$size" --height="$size" app.svg >"$work/mac$size.png"
done
(cd "$work" && png2icns app.icns mac16.png mac32.png mac128.png mac256.png mac512.png >/dev/null)
mv "$work/app.icns" app.icns
