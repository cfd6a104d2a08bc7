#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the small clips that the demonstration and some tests use: a test picture with a
# running clock and a tone, in the codings that matter most, and one Ogg Vorbis sound.
#
#   media/make-clips.sh [DIRECTORY [NAME...]]      (default: all, beside this script)
#
# What is there already and newer than this script is kept; a clip appears whole or not at all.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
directory=${1:-$here}
[ $# -eq 0 ] || shift
wanted=" $* "
seconds=30

if ! command -v ffmpeg >/dev/null 2>&1; then
  echo "make-clips: ffmpeg is missing: apt-get install ffmpeg" >&2
  exit 69
fi
mkdir -p "$directory"
work=$(mktemp -d "$directory/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# Without the font, testsrc2's own frame number and time are the clock.
font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
clock() { # HEIGHT_OF_PICTURE
  if [ -r "$font" ]; then
    printf 'drawtext=fontfile=%s:text=%s:x=(w-tw)/2:y=h*0.4:fontsize=%s:%s' \
      "$font" "'%{pts\\:hms}'" "$(($1 / 6))" 'fontcolor=white:box=1:boxcolor=black:boxborderw=8'
  else
    printf 'null'
  fi
}

# Whether a clip is to be made: it is wanted, and not there or older than this script.
isDue() { # NAME
  case $wanted in "  " | *" $1 "*) ;; *) return 1 ;; esac
  [ ! -s "$directory/$1" ] || [ -n "$(find "$0" -newer "$directory/$1")" ]
}

# make NAME SIZE RATE FILTER CODING...
make() {
  name=$1 size=$2 rate=$3 filter=$4
  shift 4
  isDue "$name" || return 0
  ffmpeg -nostdin -v error -y \
    -f lavfi -i "testsrc2=size=$size:rate=$rate:duration=$seconds" \
    -f lavfi -i "sine=frequency=440:beep_factor=4:sample_rate=48000:duration=$seconds" \
    -filter:v "$(clock "${size#*x}"),$filter,format=yuv420p" "$@" "$work/$name"
  mv "$work/$name" "$directory/$name"
  echo "$directory/$name"
}

make clock_mpeg1.mpg 352x288 25 setsar=1 \
  -codec:v mpeg1video -b:v 1150k -g 12 -bf 2 -codec:a mp2 -b:a 128k -f mpeg

# Two pictures of 1/50 s make one of two fields; 16:9 in 720x576 has pixels of 64:45.
make clock_mpeg2.ts 720x576 50 'interlace=scan=tff,setdar=16/9' \
  -codec:v mpeg2video -flags +ildct+ilme -top 1 -b:v 3000k -maxrate 6000k -bufsize 1835k \
  -g 12 -bf 2 -codec:a mp2 -b:a 192k -f mpegts

make clock_h264.mp4 768x432 25 setsar=1 \
  -codec:v libx264 -preset superfast -crf 26 -g 50 -codec:a aac -b:a 96k -movflags +faststart

if isDue tone.ogg; then
  ffmpeg -nostdin -v error -y \
    -f lavfi -i "sine=frequency=440:beep_factor=4:sample_rate=44100:duration=$seconds" \
    -af 'aformat=channel_layouts=stereo' -codec:a libvorbis -q:a 4 "$work/tone.ogg"
  mv "$work/tone.ogg" "$directory/tone.ogg"
  echo "$directory/tone.ogg"
fi
