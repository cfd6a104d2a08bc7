#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes short clips whose every picture has its number drawn in, 40 s at 25 pictures a second:
# 256x144, above 16 blocks of 16 pixels, white for 1, the least bit on the left; bits 12 to 15 are
# the number modulo 13. Below them a test picture moves.
#
#   Tests/Clips/make-barcodes.sh [DIRECTORY]       (default .build/barcode-clips)
#
# DIRECTORY gets a folder named after this script's and ffmpeg's version, made once, with
#
#   NAME            a clip
#   NAME.pictures   its pictures in order of showing, as ffprobe decodes them: time in seconds, then
#                   1 for a key picture; the first is number 0, but 75 in edited clips
#   missing         clips that can't be made here, with the reason: "NAME: ffmpeg has no libx265"
#
# Prints the folder. Takes about half a minute of one core, in one thread.
set -eu

clips=$(cd "$(dirname "$0")" && pwd)
directory=${1:-.build/barcode-clips}
version=$({ cat "$clips/make-barcodes.sh"; ffmpeg -version | head -n 1; } | cksum | cut -d ' ' -f 1)
target=$directory/$version
mkdir -p "$directory"
# Of several test runs at once, one makes them and the others wait.
exec 9>"$directory/lock"
flock 9
if [ -d "$target" ]; then
  echo "$target"
  exit 0
fi
work=$directory/making
rm -rf "$work"
mkdir "$work"
encoders=$(ffmpeg -v error -encoders)

run() { ffmpeg -nostdin -v error -y -threads 1 "$@" </dev/null 9>&-; }

barcode() {
  printf 'drawbox=x=0:y=0:w=256:h=72:c=black:t=fill'
  bit=0
  while [ $bit -lt 16 ]; do
    value="bitand(n,$((1 << bit)))"
    [ $bit -lt 12 ] || value="bitand(mod(n,13),$((1 << (bit - 12))))"
    printf ",drawbox=x=%d:y=0:w=16:h=72:c=white:t=fill:enable='%s'" $((bit * 16)) "$value"
    bit=$((bit + 1))
  done
}

run -filter_threads 1 -f lavfi -i 'testsrc2=size=256x144:rate=25:duration=40' \
  -vf "format=yuv420p,$(barcode)" -codec:v rawvideo "$work/source.nut"

# encode NAME ENCODER OPTION...: from the source; leaves a note where ffmpeg has no such encoder.
encode() {
  clip=$1
  encoder=$2
  shift 2
  case $encoders in
    *" $encoder "*) run -i "$work/source.nut" -codec:v "$encoder" -threads 1 "$@" "$work/$clip" ;;
    *) echo "$clip: ffmpeg has no $encoder" >>"$work/missing" ;;
  esac
}

# copy NAME FROM OPTION...: the same pictures in another container, or at another time.
copy() {
  clip=$1
  from=$2
  shift 2
  if [ -s "$work/$from" ]; then
    run -i "$work/$from" -map 0:v -codec copy "$@" "$work/$clip"
  else
    echo "$clip: $(sed -n "s/^$from: //p" "$work/missing")" >>"$work/missing"
  fi
}

# The clock of TS and PS has 33 bits and begins anew after 95443.7 s.
wrap=95423
x264='-preset veryfast -x264-params'
: >"$work/missing"

encode mpeg1.mpg mpeg1video -q:v 3 -bf 2 -g 12
encode mpeg1_late.mpg mpeg1video -q:v 3 -bf 2 -g 12 -output_ts_offset 3600
encode mpeg1_wrap.mpg mpeg1video -q:v 3 -bf 2 -g 12 -output_ts_offset $wrap
encode mpeg2.ts mpeg2video -q:v 3 -bf 2 -g 12
copy mpeg2_late.ts mpeg2.ts -output_ts_offset 3600
copy mpeg2_wrap.ts mpeg2.ts -output_ts_offset $wrap
encode mpeg2_interlaced.ts mpeg2video -q:v 3 -bf 2 -g 15 -flags +ildct+ilme -top 1
encode mpeg2.vob mpeg2video -q:v 3 -bf 2 -g 12
encode mpeg2_late.vob mpeg2video -q:v 3 -bf 2 -g 12 -output_ts_offset 3600
encode mpeg2_wrap.vob mpeg2video -q:v 3 -bf 2 -g 12 -output_ts_offset $wrap

# shellcheck disable=SC2086 # a list of words
{
  encode h264_open.ts libx264 $x264 open-gop=1:keyint=40:min-keyint=40:bframes=3:b-pyramid=normal
  encode h264_fields.ts libx264 -flags +ildct+ilme $x264 tff=1:open-gop=1:keyint=40:bframes=3
  encode h264_fake.ts libx264 $x264 fake-interlaced=1:keyint=50:bframes=3
  encode h264_refresh.ts libx264 $x264 intra-refresh=1:keyint=50:bframes=0
  encode h264_pyramid.mp4 libx264 $x264 keyint=125:bframes=7:ref=6:b-pyramid=normal:b-adapt=0
  encode h264_one_key.mp4 libx264 $x264 keyint=infinite:scenecut=0:bframes=3
  encode h264_intra.mp4 libx264 $x264 keyint=1
}
copy h264_late.ts h264_open.ts -output_ts_offset 3600
copy h264_wrap.ts h264_open.ts -output_ts_offset $wrap
copy h264_fields_wrap.ts h264_fields.ts -output_ts_offset $wrap
copy h264_pyramid.ts h264_pyramid.mp4
copy h264_pyramid.mkv h264_pyramid.mp4
copy h264_pyramid.flv h264_pyramid.mp4
copy h264_late.mp4 h264_pyramid.mp4 -output_ts_offset 3600
copy h264_late.mkv h264_pyramid.mp4 -output_ts_offset 3600
copy h264_fragments.mp4 h264_pyramid.mp4 -movflags +frag_keyframe+empty_moov
copy h264_open.mp4 h264_open.ts
copy h264_open.mkv h264_open.ts

encode hevc_open.mkv libx265 -preset superfast -x265-params \
  log-level=none:pools=none:frame-threads=1:keyint=50:min-keyint=50:open-gop=1
copy hevc_open.mp4 hevc_open.mkv
copy hevc_open.ts hevc_open.mkv
copy hevc_late.ts hevc_open.mkv -output_ts_offset 3600
copy hevc_wrap.ts hevc_open.mkv -output_ts_offset $wrap

encode vp9.webm libvpx-vp9 -deadline realtime -cpu-used 8 -g 128 -b:v 400k
copy vp9.mp4 vp9.webm
copy vp9_late.mkv vp9.webm -output_ts_offset 3600
encode vp9_hidden.webm libvpx-vp9 -deadline good -cpu-used 5 -g 128 -b:v 300k -auto-alt-ref 1 \
  -lag-in-frames 16
encode vp8.webm libvpx -deadline realtime -cpu-used 8 -g 128 -b:v 400k

encode asp.avi mpeg4 -vtag XVID -q:v 3 -g 50 -bf 2
encode asp_packed.avi libxvid -q:v 3 -g 50 -bf 2
encode asp.mp4 mpeg4 -q:v 3 -g 50 -bf 2
encode mjpeg.avi mjpeg -q:v 3 -pix_fmt yuvj420p

# Pictures of 55, 55 and 10 ms in turn, and a hole of three seconds before number 400.
uneven='setpts=N*40+15*mod(N\,3)+3000*gte(N\,400)'
# shellcheck disable=SC2086 # a list of words
{
  encode uneven.mkv libx264 -vf "settb=1/1000,$uneven" -fps_mode passthrough \
    -enc_time_base 1/1000 $x264 keyint=60:bframes=3
  encode uneven.webm libvpx-vp9 -vf "settb=1/1000,$uneven" -fps_mode passthrough \
    -enc_time_base 1/1000 -deadline realtime -cpu-used 8 -g 60 -b:v 400k
}
copy uneven.mp4 uneven.mkv
copy uneven.ts uneven.mkv

# What lies before 3 s is in the file, and the edit list says not to show it.
if [ -s "$work/h264_pyramid.mp4" ]; then
  run -ss 3 -i "$work/h264_pyramid.mp4" -codec copy "$work/h264_edited.mp4"
  run -ss 3 -i "$work/asp.mp4" -codec copy "$work/asp_edited.mp4"
fi
# A recording that was switched on in the middle of a group of pictures.
for name in mpeg2.ts h264_open.ts h264_fields.ts hevc_open.ts; do
  [ ! -s "$work/$name" ] || tail -c +100017 "$work/$name" >"$work/${name%.ts}_cut.ts"
done
rm "$work/source.nut"

for path in "$work"/*.*; do
  ffprobe -v quiet -threads 1 -select_streams v -show_entries frame=pts_time,key_frame \
    -of csv=p=0 "$path" </dev/null 9>&- | awk -F, 'NF >= 2 { print $2, $1 }' >"$path.pictures"
done
mv "$work" "$target"
# What older versions of this script made.
for old in "$directory"/*[0-9]; do
  [ "$old" = "$target" ] || rm -rf "$old"
done
echo "$target"
