#!/bin/bash
# Makes the built-in sounds: all of them, or those named. Debian packages (12, bookworm):
# espeak-ng sox rubberband-cli ffmpeg, and Go. Each run makes the same bytes.
# KEEP=FOLDER keeps the intermediate files, to listen to them.
set -euo pipefail
cd "$(dirname "$0")"
work=${KEEP-}
if [ -z "$work" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi
rate=48000
float="-e float -b 32"

# mix ARGS…: runs sox with repeatable results, in floating point, without its needless warnings.
mix() { sox -R "$@" 2> >(grep -Ev 'extended part of fmt|End position' >&2); }

# tone FILE SECONDS EXPRESSION: makes a sound from an expression in t (seconds) for ffmpeg's aevalsrc.
tone() {
	ffmpeg -v error -y -f lavfi -i "aevalsrc='0.2*($3)':s=$rate:d=$2" -c:a pcm_f32le -bitexact "$1"
}

# speak VOICE FILE: speaks 주문 at one pitch, $spoken, without its ㅈ, the first 73 ms. That ㅈ
# is a recording inside espeak-ng, under its licence, so hiss makes our own. The "~" is not
# spoken, because espeak-ng would read it out; sing makes it.
spoken=62.66 # the pitch, as a MIDI note number; 69 is 440 Hz
speak() {
	espeak-ng -v "ko+$1" -s 110 -p 99 -m -w "$work/raw.wav" '<prosody range="0">주문</prosody>'
	mix "$work/raw.wav" $float "$2" gain -3 rate -v $rate \
		silence 1 0.005 0.5% reverse silence 1 0.005 0.2% reverse trim 0.073 fade t 0.004
}

# hiss FILE: makes ㅈ: noise in the frequencies of a friendly voice, shorter than a ㅊ, and with
# a sudden start, unlike a ㅅ.
hiss() {
	ffmpeg -v error -y -f lavfi -i "anoisesrc=r=$rate:d=0.1:color=white:seed=7:a=0.5" -c:a pcm_f32le -bitexact "$work/noise.wav"
	mix "$work/noise.wav" $float "$1" sinc 2500-7500 equalizer 3500 1.2q 10 treble -4 5500 fade t 0.003 0.08 0.035 gain -n -9
}

# hold FROM TO ㅜ ㅁ ㅜ ㄴ: stretches the last syllable. The numbers are the ends of the parts in
# FROM, in milliseconds; ends holds their ends in TO.
hold() {
	local ends=(236 326 1136 1536) end map=$work/time.map n=0
	for end in "${@:3}"; do
		echo "$((end * rate / 1000)) $((ends[n] * rate / 1000))"
		n=$((n + 1))
	done >"$map"
	rubberband -q -3 -D 1.6 --timemap "$map" "$1" "$2" 2>/dev/null
}

# sing FROM TO DETUNE LAG: 주 on B3, 문 on D4 and gliding up to F#4, the chord of the bells,
# with a growing vibrato. The formants stay, so it still sounds like the same person.
# DETUNE (semitones) and LAG (seconds) set a second singer apart.
sing() {
	awk -v rate=$rate -v from="$spoken" -v detune="$3" -v lag="$4" '
		function ramp(a, b, x) { x = (t - lag - a) / (b - a); x = x < 0 ? 0 : x > 1 ? 1 : x; return x * x * (3 - 2 * x) }
		BEGIN {
			for (t = 0; t < 1.6; t += 0.005) {
				note = 59 + 3 * ramp(0.2, 0.38) + 4 * ramp(0.69, 1.39)
				note += 0.2 * ramp(0.54, 1.04) * sin(2 * 3.14159265 * 5.4 * (t - lag))
				printf "%d %.4f\n", t * rate, note - from + detune
			}
		}' >"$work/pitch.map"
	rubberband -q -3 -F -t 1 --pitchmap "$work/pitch.map" "$1" "$2" 2>/dev/null
}

# take FILE VOICE DETUNE LAG ㅜ ㅁ ㅜ ㄴ: makes the voice of one singer.
take() {
	speak "$2" "$work/spoken-$2.wav"
	hold "$work/spoken-$2.wav" "$work/held-$2.wav" "${@:5}"
	sing "$work/held-$2.wav" "$1" "$3" "$4"
}

# voice FILE: mixes two singers, $work/first.wav and second.wav, into one voice. It removes the low
# hum of the stretching, levels the parts of the word, and lifts the range in which ㅁ and ㄴ differ.
# ㅈ comes before it.
voice() {
	mix -m -v 0.5 "$work/first.wav" -v 0.3 "$work/second.wav" $float "$work/umun.wav" \
		highpass 210 highpass 210 compand 0.004,0.06 6:-70,-70,-50,-30,-30,-17,0,-9 -6 -60 0 \
		equalizer 1100 0.9q 4 equalizer 2900 0.8q 7 treble 2 6000 gain -n -6 fade t 0.002 0 0.06 pad 0.064
	hiss "$work/hiss.wav"
	mix -m -v 1 "$work/umun.wav" -v 0.7 "$work/hiss.wav" $float "$1"
}

# bell FREQUENCY: a warm bell: the partials of a struck bar with an octave added. The higher
# partials fade sooner. The attack takes 3 ms.
bell() {
	local w="2*PI*$1*t"
	echo "min(1,t/0.003)*(exp(-t/0.3)*sin($w) + 0.4*exp(-t/0.22)*sin(2.003*$w) + 0.25*exp(-t/0.25)*sin(0.5*$w)
		+ 0.16*exp(-t/0.12)*sin(2.756*$w) + 0.1*exp(-t/0.05)*sin(5.404*$w))"
}

# order: D5, A5, and the voice over their tail.
order() {
	take "$work/first.wav" f3 0 0 239 315 510 617
	take "$work/second.wav" f5 -0.07 0.012 277 352 547 654
	voice "$work/voice.wav"
	ring order
}

# ring NAME: the bells and $work/voice.wav over their tail.
ring() {
	tone "$work/bell1.wav" 1.5 "$(bell 587.33)"
	tone "$work/bell2.wav" 1.5 "$(bell 880)"
	mix "$work/bell2.wav" $float "$work/bell2-late.wav" pad 0.17
	mix "$work/voice.wav" $float "$work/voice-late.wav" pad 0.5 0.3
	mix -m -v 1.05 "$work/bell1.wav" -v 1.05 "$work/bell2-late.wav" -v 0.85 "$work/voice-late.wav" $float "$work/order.wav" \
		reverb 15 60 40 100 0 -3 channels 1 trim 0 2.25 fade q 0 2.25 0.2
	master "$work/order.wav" "$1.flac"
}

# own WORD FILE DETUNE: speaks or sings with the voice that sing/ calculates. It lifts the range
# in which words differ, as a singer does.
own() {
	go build -o "$work/sing" ./sing
	"$work/sing" "$1" "$3" >"$work/own.f32"
	mix -t f32 -r $rate -c 1 "$work/own.f32" $float "$2" gain -n -18 \
		highpass 150 equalizer 1100 0.9q 3 equalizer 2900 0.8q 8 treble 3 6000 gain -n -6 fade t 0.002 -0 0.03
}

# order2: the same bells, and two singers of our own voice.
order2() {
	own order "$work/own1.wav" 0
	own order "$work/own2.wav" -0.09
	mix "$work/own2.wav" $float "$work/own2-late.wav" pad 0.013
	mix -m -v 0.6 "$work/own1.wav" -v 0.35 "$work/own2-late.wav" $float "$work/voice.wav" treble 12 2400 \
		compand 0.004,0.06 6:-70,-70,-50,-30,-30,-17,0,-9 -6 -60 0 gain -n -3
	ring order2
}

# order3: the same bells, and the man's voice of espeak-ng's Klatt synthesiser, an octave lower.
order3() {
	local spoken=63.26 # it speaks at 51.26
	take "$work/first.wav" klatt4 0 0 245 325 545 632
	take "$work/second.wav" klatt -0.07 0.012 245 325 545 632
	voice "$work/voice.wav"
	ring order3
}

# digits: our own voice reads each digit as numbers are called out. They have no reverb, which
# would blur a number of four.
digits() {
	local digit
	mkdir -p digits
	for digit in 0 1 2 3 4 5 6 7 8 9; do
		own $digit "$work/digit.wav" 0
		mix "$work/digit.wav" $float "$work/digit-long.wav" \
			compand 0.003,0.05 6:-70,-70,-50,-34,-30,-20,0,-9 -6 -60 0 pad 0 0.12
		master "$work/digit-long.wav" digits/$digit.flac
	done
}

# rod FREQUENCY: a brass rod of a door chime, struck with felt: nearly a pure tone that starts
# and fades slowly, with a second tone of nearly the same pitch, so that it shimmers.
rod() {
	local w="2*PI*$1*t"
	echo "min(1,t/0.006)*(exp(-t/0.55)*(sin($w) + 0.35*sin(1.004*$w)) + 0.3*exp(-t/0.25)*sin(2*$w)
		+ 0.18*exp(-t/0.16)*sin(3.01*$w) + 0.06*exp(-t/0.07)*sin(6.3*$w))"
}

# chime: the door of a shop, G5 and then E flat 5, downwards where the bells of order go up.
chime() {
	tone "$work/rod1.wav" 1.6 "$(rod 783.99)"
	tone "$work/rod2.wav" 1.6 "$(rod 622.25)"
	mix "$work/rod1.wav" $float "$work/rod1-damped.wav" fade q 0 0.75 0.35 pad 0 0.85
	mix "$work/rod2.wav" $float "$work/rod2-late.wav" pad 0.42
	mix -m -v 1 "$work/rod1-damped.wav" -v 1.1 "$work/rod2-late.wav" $float "$work/chime.wav" \
		reverb 12 60 40 100 0 -3 channels 1 trim 0 1.6 fade q 0 1.6 0.4
	master "$work/chime.wav" chime.flac
}

# cup FREQUENCY: the steel cup of a counter bell: inharmonic partials, each in a pair that
# beats, because no cup is quite round.
cup() {
	local w="2*PI*$1*t"
	echo "min(1,t/0.001)*(exp(-t/0.32)*(sin($w) + 0.8*sin(1.003*$w)) + 0.5*exp(-t/0.2)*(sin(2.43*$w) + 0.7*sin(2.437*$w))
		+ 0.25*exp(-t/0.1)*sin(3.91*$w) + 0.25*exp(-t/0.25)*sin(0.52*$w))"
}

# counter_bell: tapped twice, as by somebody who waits at the counter.
counter_bell() {
	tone "$work/cup.wav" 1.3 "$(cup 1760)"
	mix "$work/cup.wav" $float "$work/cup1.wav" fade q 0 0.3 0.06 pad 0 0.95
	mix "$work/cup.wav" $float "$work/cup2.wav" pad 0.26
	mix -m -v 1 "$work/cup1.wav" -v 1 "$work/cup2.wav" $float "$work/bell.wav" \
		reverb 8 50 30 channels 1 trim 0 1.25 fade q 0 1.25 0.3
	master "$work/bell.wav" bell.flac
}

# call FREQUENCY SECONDS: a horn with all harmonics, modulated at 22 Hz as telephones are, so
# that nobody takes it for music.
call() {
	local w="2*PI*$1*t"
	echo "min(1,t/0.008)*min(1,($2-t)/0.02)*(0.72+0.28*sin(2*PI*22*t))
		*(sin($w) + 0.55*sin(2*$w) + 0.4*sin(3*$w) + 0.25*sin(4*$w) + 0.15*sin(5*$w) + 0.08*sin(6*$w))"
}

# waiting: a rising fourth, three times, each time higher and louder: a question that nobody
# answers.
waiting() {
	local at=0 n=0 note parts=()
	for note in 698.46 932.33 783.99 1046.5 932.33 1244.51; do
		n=$((n + 1))
		if [ $((n % 2)) = 1 ]; then
			tone "$work/call.wav" 0.17 "$(call $note 0.17)"
		else
			tone "$work/call.wav" 0.36 "$(call $note 0.36)"
		fi
		mix "$work/call.wav" $float "$work/call$n.wav" pad "$at" 0.3
		parts+=(-v "$(awk -v n=$n 'BEGIN { print 0.65 + 0.05 * n }')" "$work/call$n.wav")
		at=$(awk -v a="$at" -v n=$n 'BEGIN { print a + (n % 2 ? 0.18 : 0.48) }')
	done
	mix -m "${parts[@]}" $float "$work/waiting.wav" \
		reverb 8 50 30 channels 1 trim 0 1.95 fade q 0 1.95 0.12
	master "$work/waiting.wav" waiting.flac
}

# wood FREQUENCY: a hollow block of wood, struck with a stick.
wood() {
	local w="2*PI*$1*t"
	echo "min(1,t/0.002)*(exp(-t/0.07)*sin($w) + 0.45*exp(-t/0.05)*sin(1.51*$w) + 0.2*exp(-t/0.02)*sin(2.64*$w))"
}

# cancelled: four knocks, downwards and slower and slower, as of something that is put down again.
cancelled() {
	local at=0 n=0 note parts=()
	for note in 1480 1245 988 740; do
		n=$((n + 1))
		tone "$work/knock.wav" 0.4 "$(wood $note)"
		mix "$work/knock.wav" $float "$work/knock$n.wav" pad "$at" 0.6
		parts+=(-v 1 "$work/knock$n.wav")
		at=$(awk -v a="$at" -v n=$n 'BEGIN { print a + 0.1 + 0.06 * n }')
	done
	mix -m "${parts[@]}" $float "$work/cancelled.wav" \
		reverb 8 50 30 channels 1 trim 0 1.05 fade q 0 1.05 0.2
	master "$work/cancelled.wav" cancelled.flac
}

# lost: a reed that falls twice, the second time deeper: odd harmonics, held, unlike a bell.
lost() {
	local p="2*PI*(440*t-95*t*t)"
	tone "$work/reed.wav" 0.42 "min(1,t/0.015)*min(1,(0.42-t)/0.05)*(sin($p)+0.45*sin(3*$p)+0.25*sin(5*$p)+0.12*sin(7*$p))"
	mix "$work/reed.wav" $float "$work/deeper.wav" speed 0.7 rate $rate pad 0.45 0.2
	mix -m -v 1 "$work/reed.wav" -v 1 "$work/deeper.wav" $float "$work/lost.wav" \
		reverb 8 50 30 channels 1 trim 0 1.2 fade q 0 1.2 0.1
	master "$work/lost.wav" lost.flac
}

# back: a flute that glides within 0.3 s from A4, where lost begins, up to E5.
back() {
	local p="2*PI*if(lt(t,0.3),440*t+110*(t-0.3/PI*sin(PI*t/0.3)),660*t-33)"
	tone "$work/flute.wav" 0.7 "min(1,t/0.03)*min(1,(0.7-t)/0.3)*(sin($p)+0.35*sin(2*($p))+0.1*sin(3*($p)))"
	mix "$work/flute.wav" $float "$work/flute-long.wav" pad 0 0.2
	mix "$work/flute-long.wav" $float "$work/back.wav" \
		reverb 12 60 40 channels 1 trim 0 0.85 fade q 0 0.85 0.2
	master "$work/back.wav" back.flac
}

# tap FREQUENCY: struck wood.
tap() {
	local w="2*PI*$1*t"
	echo "min(1,t/0.002)*(exp(-t/0.09)*sin($w) + 0.3*exp(-t/0.03)*sin(3.93*$w) + 0.1*exp(-t/0.012)*sin(9.2*$w))"
}

# test: three taps on wood, upwards.
test_sound() {
	tone "$work/tap1.wav" 0.7 "$(tap 523.25)"
	tone "$work/tap2.wav" 0.7 "$(tap 659.26)"
	tone "$work/tap3.wav" 0.7 "1.2*$(tap 1046.5)"
	mix "$work/tap2.wav" $float "$work/tap2-late.wav" pad 0.13
	mix "$work/tap3.wav" $float "$work/tap3-late.wav" pad 0.26
	mix -m -v 1 "$work/tap1.wav" -v 1 "$work/tap2-late.wav" -v 1 "$work/tap3-late.wav" $float "$work/test.wav" \
		reverb 8 50 30 channels 1 trim 0 0.85 fade q 0 0.85 0.15
	master "$work/test.wav" test.flac
}

# measure FILE: prints the integrated loudness (LUFS) and true peak (dBFS), by ITU-R BS.1770.
measure() {
	ffmpeg -nostats -hide_banner -i "$1" -af ebur128=peak=true -f null - 2>&1 |
		awk '/Summary/ { s = 1 } s && $1 == "I:" { i = $2 } s && $1 == "Peak:" { p = $2 } END { print i, p }'
}

# master FROM TO: brings a sound to -14 LUFS with no true peak above -1 dBFS, by repeated gain
# and limiting. The limiter runs at four times the rate, to see peaks between samples.
master() {
	local gain=0 loudness peak
	for _ in 1 2 3 4 5 6; do
		ffmpeg -v error -y -i "$1" -c:a pcm_f32le -bitexact -af "volume=${gain}dB,aresample=192000,
			alimiter=limit=0.85:attack=2:release=60:level=disabled,aresample=$rate" "$work/limited.wav"
		read -r loudness peak < <(measure "$work/limited.wav")
		gain=$(awk -v g="$gain" -v l="$loudness" 'BEGIN { printf "%.2f", g - 14 - l }')
	done
	mix --no-dither "$work/limited.wav" -b 16 -C 8 --comment "" "$2" fade t 0.002 -0 0.02
	echo "$2: $(measure "$2") (LUFS, dBFS)"
}

[ $# -gt 0 ] || set -- order order2 order3 digits chime bell waiting cancelled lost back test
for sound in "$@"; do
	case $sound in
	order | order2 | order3 | digits | chime | waiting | cancelled | lost | back) "$sound" ;;
	bell) counter_bell ;;
	test) test_sound ;;
	*) echo "there is no sound $sound" >&2; exit 2 ;;
	esac
done
