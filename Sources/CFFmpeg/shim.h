// SPDX-License-Identifier: Apache-2.0
// What Swift can't import from FFmpeg, each line with its reason.
#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// Macros with casts or calls aren't imported: constants in their place.
static const int64_t CAV_NO_TIME = AV_NOPTS_VALUE;
static const int CAV_ERROR_END = AVERROR_EOF;
static const int CAV_ERROR_AGAIN = AVERROR(EAGAIN);
static const int CAV_ERROR_INVALID = AVERROR_INVALIDDATA;
static const int CAV_ERROR_EXIT = AVERROR_EXIT;
static const int CAV_ERROR_NO_MEMORY = AVERROR(ENOMEM);
static const int CAV_ERROR_IO = AVERROR(EIO);
