#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people write with PyAV: seek to each slot, take the key picture that follows.

usage: pyav_seek.py FILE SECONDS FOLDER
"""

import sys
from fractions import Fraction

import av


def encoder(frame, shape):
    """A JPEG encoder for pictures like this one, 320 wide, of square pixels."""
    context = av.CodecContext.create("mjpeg", "w")
    context.width = 320
    context.height = round(320 * frame.height / frame.width / shape / 2) * 2
    context.pix_fmt = "yuvj420p"
    context.time_base = Fraction(1, 25)
    context.options = {"qmin": "5", "qmax": "5"}
    return context


av.logging.set_level(av.logging.ERROR)


def main(path: str, interval: float, folder: str) -> None:
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        stream.codec_context.skip_frame = "NONKEY"
        start = stream.start_time or 0
        length = float(stream.duration * stream.time_base if stream.duration
                       else container.duration / 1e6)
        jpeg, slot = None, 0
        while slot * interval < length:
            container.seek(start + int(slot * interval / stream.time_base), stream=stream)
            frame = next(container.decode(stream), None)
            if frame is not None:
                shape = stream.codec_context.sample_aspect_ratio or 1
                jpeg = jpeg or encoder(frame, shape)
                picture = frame.reformat(jpeg.width, jpeg.height, "yuvj420p")
                picture.pts, picture.time_base = slot, jpeg.time_base
                with open(f"{folder}/{slot:06d}.jpg", "wb") as file:
                    for packet in jpeg.encode(picture):
                        file.write(bytes(packet))
            slot += 1


main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
