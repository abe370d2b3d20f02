#!/bin/sh
# Makes JumunGothic-Regular and JumunGothic-Bold, as .ttf and as .woff2: NanumGothic with
# only the characters that jumun needs, under a name of our own. Debian packages:
# fonts-nanum libharfbuzz-bin python3-fonttools python3-brotli
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
from=/usr/share/fonts/truetype/nanum

# Latin with its accents; Jamo, Hangul letters and all 11,172 syllables; punctuation;
# the won sign, arrows, geometric shapes, circled numbers, signs of units and of Korean
# forms; and the replacement character. hb-subset skips what NanumGothic lacks.
wanted=20-7E,A0-17F,2C6,2C7,2D8-2DD,1100-11FF,3131-318E,AC00-D7A3
wanted=$wanted,2010-2027,202F-205E,20A0-20BF,2100-214F,2150-218F,2190-21FF,2200-22FF
wanted=$wanted,2460-24FF,2500-257F,25A0-266F,2713,2717,3000-303F,3200-327F,3380-33DF
wanted=$wanted,FF01-FF60,FFE0-FFE6,FFFD

for weight in Regular Bold; do
	case $weight in Regular) nanum=NanumGothic ;; *) nanum=NanumGothicBold ;; esac
	# Fyne draws without hinting, and the instructions are a third of the file.
	hb-subset --unicodes="$wanted" --no-hinting --notdef-outline --name-IDs='*' \
		--drop-tables+=TSI0,TSI1,TSI2,TSI3,TSI5,gasp \
		--output-file="$work/$weight.ttf" "$from/$nanum.ttf"
	/usr/bin/python3 rename.py "$work/$weight.ttf" "$weight" "JumunGothic-$weight.ttf"
done
