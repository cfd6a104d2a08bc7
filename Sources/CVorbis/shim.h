// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ogg/ogg.h>
#include <vorbis/codec.h>
