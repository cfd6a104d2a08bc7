// SPDX-License-Identifier: Apache-2.0
// Opening and reading, through pread.
#include "limit.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { buffer_bytes = 32 * 1024 };

void fail(const char *what) {
  fprintf(stderr, "limit: %s failed\n", what);
  exit(1);
}

static int read_bytes(void *opaque, uint8_t *buffer, int count) {
  Source *source = opaque;
  ssize_t got = pread(source->descriptor, buffer, count, source->position);
  if (got < 0) return AVERROR(errno);
  if (got == 0) return AVERROR_EOF;
  source->position += got;
  source->bytes_read += got;
  return (int)got;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence) {
  Source *source = opaque;
  if (whence & AVSEEK_SIZE) return source->size;
  switch (whence & ~AVSEEK_FORCE) {
    case SEEK_SET: return source->position = offset;
    case SEEK_CUR: return source->position += offset;
    case SEEK_END: return source->position = source->size + offset;
  }
  return -1;
}

static bool has_ending(const char *path, const char *ending) {
  size_t length = strlen(path), tail = strlen(ending);
  return length > tail && strcmp(path + length - tail, ending) == 0;
}

static void choose_stream(Source *source) {
  int best = av_find_best_stream(source->format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
  if (best < 0) fail("finding a moving picture");
  for (unsigned index = 0; index < source->format->nb_streams; index++)
    source->format->streams[index]->discard =
      index == (unsigned)best ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  source->stream = source->format->streams[best];
  source->tick = av_q2d(source->stream->time_base);
  int64_t start = source->stream->start_time;
  source->start = start == AV_NOPTS_VALUE ? 0 : start * source->tick;
  AVRational rate = source->stream->avg_frame_rate;
  source->frame = rate.num > 0 ? av_q2d(av_inv_q(rate)) : 0.04;
  source->duration = source->stream->duration == AV_NOPTS_VALUE
    ? source->format->duration / 1e6 : source->stream->duration * source->tick;
}

void source_open(Source *source, const char *path) {
  av_log_set_level(AV_LOG_QUIET);
  struct stat facts;
  source->descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (source->descriptor < 0 || fstat(source->descriptor, &facts) != 0) fail("opening");
  source->size = facts.st_size;
  source->format = avformat_alloc_context();
  source->format->pb = avio_alloc_context(
    av_malloc(buffer_bytes), buffer_bytes, 0, source, read_bytes, NULL, seek_bytes);
  if (avformat_open_input(&source->format, path, NULL, NULL) < 0) fail("avformat_open_input");
  // Half of the usual amount tells all there is to know of H.264 and HEVC in a transport stream.
  if (has_ending(path, ".ts")) {
    bool is_old = false;
    for (unsigned index = 0; index < source->format->nb_streams; index++)
      is_old |= source->format->streams[index]->codecpar->codec_id == AV_CODEC_ID_MPEG2VIDEO;
    if (!is_old) source->format->probesize = source->format->max_analyze_duration = 500000;
  }
  if (avformat_find_stream_info(source->format, NULL) < 0) fail("avformat_find_stream_info");
  const char *name = source->format->iformat->name;
  source->is_by_byte = strcmp(name, "mpegts") == 0 || strcmp(name, "mpeg") == 0;
  choose_stream(source);
}

double source_seconds(const Source *source, int64_t ticks) {
  return ticks == AV_NOPTS_VALUE ? NAN : ticks * source->tick - source->start;
}

bool source_read(Source *source, AVPacket *packet, double *time) {
  av_packet_unref(packet);
  while (av_read_frame(source->format, packet) >= 0) {
    if (packet->stream_index == source->stream->index) {
      *time = source_seconds(
        source, packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts);
      return true;
    }
    av_packet_unref(packet);
  }
  return false;
}
