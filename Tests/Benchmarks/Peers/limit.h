// SPDX-License-Identifier: Apache-2.0
// What a C program can do at best with libav and libjpeg-turbo on one thread: the yardstick of the
// benchmark. It knows no bad files and checks little: it only has to be fast on good recordings.
#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <stdbool.h>
#include <turbojpeg.h>

typedef struct {
  int descriptor;
  int64_t position, size, bytes_read;
  AVFormatContext *format;
  AVStream *stream;
  /// A time is found by place in the file: TS and PS.
  bool is_by_byte;
  /// Seconds: of a tick, of the first picture, of a picture, of the whole recording.
  double tick, start, frame, duration;
} Source;

void source_open(Source *source, const char *path);
/// The next packet of the moving picture, its time in seconds from the first one in *time, NAN where
/// it has none; false at the end.
bool source_read(Source *source, AVPacket *packet, double *time);
double source_seconds(const Source *source, int64_t ticks);

typedef struct {
  AVCodecContext *decoder;
  AVFrame *frame;
  struct SwsContext *scaler;
  tjhandle compressor;
  int width, height, used_width, used_height;
  unsigned char *planes[3], *jpeg;
  int strides[3];
  unsigned long jpeg_bytes, jpeg_room;
} Pictures;

void pictures_open(Pictures *pictures, const Source *source, int width, bool is_exact);
/// Decodes one key packet alone into pictures->frame, with the other field if that takes one.
bool pictures_decode_key(Pictures *pictures, Source *source, const AVPacket *packet);
/// Makes pictures->jpeg of pictures->frame.
void pictures_compress(Pictures *pictures);

void fail(const char *what);
