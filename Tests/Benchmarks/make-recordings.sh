#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the long recording that the benchmark extracts from: 30 minutes of MPEG-2 576i
# in a transport stream, about 4 Mbit/s, a keyframe each 0.48 s, one MP2 sound.
#
#   Tests/Benchmarks/make-recordings.sh [DIRECTORY]      (default .build/bench-media)
#
# 72 seconds are encoded, then joined 25 times by stream copy: under a minute on two cores.
# What is there already is kept. It takes 1 GB of disk.
set -eu

directory=${1:-.build/bench-media}
target=$directory/mpeg2_576i_30min.ts

if ! command -v ffmpeg >/dev/null 2>&1; then
  echo "make-recordings: ffmpeg is missing: apt-get install ffmpeg" >&2
  exit 69
fi
if [ -s "$target" ]; then
  echo "$target"
  exit 0
fi
mkdir -p "$directory"
work=$(mktemp -d "$directory/making.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM HUP

# Moving noise over the test picture makes it as hard to compress as a broadcast.
# The interlace filter joins two pictures of 1/50 s into one of two fields.
ffmpeg -nostdin -v error -y \
  -f lavfi -i 'testsrc2=size=720x576:rate=50:duration=72' \
  -f lavfi -i 'sine=frequency=440:sample_rate=48000:duration=72' \
  -filter:v 'noise=alls=14:allf=t,interlace=scan=tff,format=yuv420p,setdar=16/9' \
  -codec:v mpeg2video -flags +ildct+ilme -top 1 -g 12 -bf 2 \
  -b:v 3900k -minrate 3900k -maxrate 3900k -bufsize 1835k -threads 2 \
  -codec:a mp2 -b:a 192k "$work/part.nut"

ffmpeg -nostdin -v error -y -stream_loop 24 -i "$work/part.nut" -map 0 -codec copy \
  -f mpegts "$work/whole.ts"
mv "$work/whole.ts" "$target"
echo "$target"
