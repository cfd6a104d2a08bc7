#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the long recordings that the benchmark extracts from, 30 minutes each, about 6 GB:
#
#   mpeg1_cif.mpg    MPEG-1 352x288 in a program stream, 1.4 Mbit/s, a key picture each 0.48 s
#   mpeg2_576i.ts    MPEG-2 720x576 interlaced, 4 Mbit/s, a key picture each 0.48 s
#   mpeg2_576i.vob   the same pictures in a program stream
#   h264_1080i.ts    H.264 1920x1080 interlaced, 8 Mbit/s, open GOPs of 1.28 s
#   h264_1080p.mp4   H.264 1920x1080, 3.5 Mbit/s, a key picture each 2 s
#   hevc_720p.mkv    HEVC 1280x720, 2 Mbit/s, a key picture each 2 s
#   vp9_720p.webm    VP9 1280x720, 2 Mbit/s, a key picture each 5.12 s
#   asp_480p.avi     MPEG-4 ASP 720x480, 1.5 Mbit/s, a key picture each 4 s
#   mpeg1_long.mpg   the first one, two hours long
#
#   Tests/Benchmarks/make-recordings.sh [DIRECTORY [NAME...]]      (default .build/bench-media, all)
#
# 72 seconds of each are encoded, by one thread, then joined 25 times by stream copy: about ten
# minutes in all. What is there already is kept; each name is printed when its file is whole.
#
# Each picture has its number drawn in along its top, counted from 0 in each 72 s: 16 blocks, white
# for 1, the least bit on the left; bits 12 to 15 are the number modulo 13, to tell a reading that
# is wrong (barcodes.py reads them).
set -eu

directory=${1:-.build/bench-media}
[ $# -eq 0 ] || shift
names=${*:-mpeg2_576i.ts h264_1080i.ts h264_1080p.mp4 mpeg1_cif.mpg mpeg2_576i.vob hevc_720p.mkv
  asp_480p.avi vp9_720p.webm mpeg1_long.mpg}
seconds=72

if ! command -v ffmpeg >/dev/null 2>&1; then
  echo "make-recordings: ffmpeg is missing: apt-get install ffmpeg" >&2
  exit 69
fi
mkdir -p "$directory"
work=$(mktemp -d "$directory/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

barcode() {
  printf 'drawbox=x=0:y=0:w=iw:h=ih/9:c=black:t=fill'
  bit=0
  while [ $bit -lt 16 ]; do
    value="bitand(n,$((1 << bit)))"
    [ $bit -lt 12 ] || value="bitand(mod(n,13),$((1 << (bit - 12))))"
    printf ",drawbox=x=iw*$bit/16:y=0:w=iw/16:h=ih/9:c=white:t=fill:enable='%s'" "$value"
    bit=$((bit + 1))
  done
}

# part NAME SIZE RATE FILTER OPTION...: encodes 72 s. Moving noise over the test picture makes it as
# hard to compress as a broadcast.
part() {
  part=$work/$1
  source="testsrc2=size=$2:rate=$3:duration=$seconds"
  filter="noise=alls=14:allf=t,$4,format=yuv420p,$(barcode)"
  shift 4
  nice -n 15 ffmpeg -nostdin -v error -y -filter_threads 1 -f lavfi -i "$source" \
    -f lavfi -i "sine=frequency=440:sample_rate=48000:duration=$seconds" \
    -filter:v "$filter" -threads 1 "$@" "$part"
}

# join TIMES FORMAT: the part, over and over, as the file that is wanted.
join() {
  nice -n 15 ffmpeg -nostdin -v error -y -fflags +genpts -stream_loop $(($1 - 1)) -i "$part" \
    -map 0 -codec copy -f "$2" "$work/whole"
  mv "$work/whole" "$directory/$name"
  echo "$directory/$name"
}

# The interlace filter joins two pictures of 1/50 s into one of two fields.
mpeg2() {
  part=$work/mpeg2.nut
  [ -s "$part" ] || part mpeg2.nut 720x576 50 interlace=scan=tff,setdar=16/9 \
    -codec:v mpeg2video -flags +ildct+ilme -top 1 -g 12 -bf 2 \
    -b:v 3900k -minrate 3900k -maxrate 3900k -bufsize 1835k -codec:a mp2 -b:a 192k
}

mpeg1() {
  part=$work/mpeg1.nut
  [ -s "$part" ] || part mpeg1.nut 352x288 25 setsar=12/11 -codec:v mpeg1video -g 12 -bf 2 \
    -b:v 1150k -maxrate 1150k -bufsize 327k -codec:a mp2 -b:a 192k
}

h264="-codec:v libx264 -preset superfast"
for name in $names; do
  if [ -s "$directory/$name" ]; then
    echo "$directory/$name"
    continue
  fi
  # shellcheck disable=SC2086 # a list of words
  case $name in
    mpeg2_576i.ts) mpeg2; join 25 mpegts ;;
    mpeg2_576i.vob) mpeg2; join 25 vob ;;
    mpeg1_cif.mpg) mpeg1; join 25 mpeg ;;
    mpeg1_long.mpg) mpeg1; join 100 mpeg ;;
    h264_1080i.ts)
      part h264i.nut 1920x1080 50 interlace=scan=tff $h264 -flags +ildct+ilme \
        -x264-params tff=1:open-gop=1:keyint=32:min-keyint=32:scenecut=0:bframes=3 \
        -b:v 7600k -maxrate 8000k -bufsize 8000k -codec:a mp2 -b:a 192k
      join 25 mpegts ;;
    h264_1080p.mp4)
      part h264p.nut 1920x1080 25 null $h264 \
        -x264-params keyint=50:min-keyint=50:scenecut=0:bframes=3 \
        -b:v 3400k -maxrate 4000k -bufsize 8000k -codec:a aac -b:a 128k
      join 25 mp4 ;;
    hevc_720p.mkv)
      part hevc.nut 1280x720 25 null -codec:v libx265 -preset superfast \
        -x265-params log-level=error:pools=none:frame-threads=1:keyint=50:min-keyint=50:scenecut=0 \
        -b:v 2000k -codec:a aac -b:a 128k
      join 25 matroska ;;
    vp9_720p.webm)
      part vp9.nut 1280x720 25 null -codec:v libvpx-vp9 -deadline realtime -cpu-used 7 \
        -g 128 -b:v 2000k -codec:a libopus -b:a 96k
      join 25 webm ;;
    asp_480p.avi)
      part asp.nut 720x480 25 setsar=32/27 -codec:v mpeg4 -vtag XVID -g 100 -bf 2 \
        -b:v 1500k -codec:a libmp3lame -b:a 128k
      join 25 avi ;;
    *)
      echo "make-recordings: no recording is called $name" >&2
      exit 64 ;;
  esac
done
