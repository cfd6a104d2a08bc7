// SPDX-License-Identifier: Apache-2.0
// From a packet to a JPEG: decode, scale one field, full range BT.601, compress from planes.
#include "limit.h"
#include <math.h>
#include <stdlib.h>

static unsigned char luma_table[256], chroma_table[256];

static unsigned char clip(double value) {
  return (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : lround(value));
}

static void fill_tables(void) {
  for (int value = 0; value < 256; value++) {
    luma_table[value] = clip((value - 16) * 255.0 / 219);
    chroma_table[value] = clip((value - 128) * 255.0 / 224 + 128);
  }
}

/// MPEG-4 gains by halving at once; the others only when a quarter is enough.
static int reduction(const AVCodecParameters *video, int width) {
  int halvings = 0;
  while (video->width >> (halvings + 1) >= width) halvings++;
  return halvings >= 2 || video->codec_id == AV_CODEC_ID_MPEG4 ? halvings : 0;
}

void pictures_open(Pictures *pictures, const Source *source, int width, bool is_exact) {
  const AVCodecParameters *video = source->stream->codecpar;
  const AVCodec *codec = avcodec_find_decoder(video->codec_id);
  AVCodecContext *decoder = pictures->decoder = avcodec_alloc_context3(codec);
  avcodec_parameters_to_context(decoder, video);
  decoder->thread_count = 1;
  decoder->pkt_timebase = source->stream->time_base;
  if (!is_exact) {
    decoder->skip_loop_filter = AVDISCARD_ALL;
    decoder->lowres = FFMIN(reduction(video, width), codec->max_lowres);
  }
  if (avcodec_open2(decoder, codec, NULL) < 0) fail("avcodec_open2");
  AVRational aspect = video->sample_aspect_ratio;
  double shape = (double)video->height / video->width;
  if (aspect.num > 0 && aspect.den > 0) shape /= av_q2d(aspect);
  pictures->width = width;
  pictures->height = (int)lround(width * shape / 2) * 2;
  pictures->frame = av_frame_alloc();
  for (int plane = 0; plane < 3; plane++) {
    pictures->strides[plane] = FFALIGN(plane == 0 ? width : width / 2, 32);
    pictures->planes[plane] = av_malloc((size_t)pictures->strides[plane] * pictures->height);
  }
  pictures->compressor = tjInitCompress();
  pictures->jpeg_room = tjBufSize(width, pictures->height, TJSAMP_420);
  pictures->jpeg = av_malloc(pictures->jpeg_room);
  fill_tables();
}

bool pictures_decode_key(Pictures *pictures, Source *source, const AVPacket *packet) {
  AVCodecContext *decoder = pictures->decoder;
  avcodec_send_packet(decoder, packet);
  avcodec_send_packet(decoder, NULL);
  bool is_decoded = avcodec_receive_frame(decoder, pictures->frame) >= 0;
  avcodec_flush_buffers(decoder);
  if (is_decoded) return true;
  // A field: the packet after it has the other.
  AVPacket *other = av_packet_alloc();
  double time;
  if (source_read(source, other, &time)) {
    avcodec_send_packet(decoder, packet);
    avcodec_send_packet(decoder, other);
    avcodec_send_packet(decoder, NULL);
    is_decoded = avcodec_receive_frame(decoder, pictures->frame) >= 0;
    avcodec_flush_buffers(decoder);
  }
  av_packet_free(&other);
  return is_decoded;
}

static void scale(Pictures *pictures) {
  AVFrame *frame = pictures->frame;
  bool is_field = frame->interlaced_frame && pictures->height <= frame->height * 6 / 10;
  int height = is_field ? frame->height / 2 : frame->height;
  if (frame->width != pictures->used_width || height != pictures->used_height) {
    sws_freeContext(pictures->scaler);
    pictures->scaler = sws_getContext(
      frame->width, height, frame->format, pictures->width, pictures->height,
      AV_PIX_FMT_YUV420P, SWS_AREA, NULL, NULL, NULL);
    if (!pictures->scaler) fail("sws_getContext");
    pictures->used_width = frame->width;
    pictures->used_height = height;
  }
  int strides[4];
  for (int plane = 0; plane < 4; plane++)
    strides[plane] = frame->linesize[plane] * (is_field ? 2 : 1);
  sws_scale(pictures->scaler, (const uint8_t *const *)frame->data, strides, 0, height,
            pictures->planes, pictures->strides);
}

static int within_byte(int value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

/// Luma and colour differences of BT.709 as those of BT.601, full range, in 1/65536.
static void from_709(Pictures *pictures) {
  for (int row = 0; row < pictures->height / 2; row++) {
    unsigned char *blue = pictures->planes[1] + row * pictures->strides[1];
    unsigned char *red = pictures->planes[2] + row * pictures->strides[2];
    unsigned char *upper = pictures->planes[0] + 2 * row * pictures->strides[0];
    unsigned char *lower = upper + pictures->strides[0];
    for (int column = 0; column < pictures->width / 2; column++) {
      int b = blue[column] - 128, r = red[column] - 128;
      int more = (6644 * b + 12847 * r + 32768) >> 16;
      blue[column] = within_byte(128 + ((64875 * b - 7250 * r + 32768) >> 16));
      red[column] = within_byte(128 + ((-4746 * b + 64461 * r + 32768) >> 16));
      upper[2 * column] = within_byte(upper[2 * column] + more);
      upper[2 * column + 1] = within_byte(upper[2 * column + 1] + more);
      lower[2 * column] = within_byte(lower[2 * column] + more);
      lower[2 * column + 1] = within_byte(lower[2 * column + 1] + more);
    }
  }
}

static void to_full_range(Pictures *pictures) {
  for (int plane = 0; plane < 3; plane++) {
    const unsigned char *table = plane == 0 ? luma_table : chroma_table;
    int rows = plane == 0 ? pictures->height : pictures->height / 2;
    int columns = plane == 0 ? pictures->width : pictures->width / 2;
    for (int row = 0; row < rows; row++) {
      unsigned char *line = pictures->planes[plane] + row * pictures->strides[plane];
      for (int column = 0; column < columns; column++) line[column] = table[line[column]];
    }
  }
}

void pictures_compress(Pictures *pictures) {
  scale(pictures);
  AVFrame *frame = pictures->frame;
  if (frame->color_range != AVCOL_RANGE_JPEG) to_full_range(pictures);
  bool is_high = frame->height >= 720;
  if (frame->colorspace == AVCOL_SPC_BT709 ||
      (frame->colorspace == AVCOL_SPC_UNSPECIFIED && is_high))
    from_709(pictures);
  pictures->jpeg_bytes = pictures->jpeg_room;
  if (tjCompressFromYUVPlanes(
        pictures->compressor, (const unsigned char **)pictures->planes, pictures->width,
        pictures->strides, pictures->height, TJSAMP_420, &pictures->jpeg,
        &pictures->jpeg_bytes, 75, TJFLAG_NOREALLOC) != 0)
    fail("tjCompressFromYUVPlanes");
}
