# SPDX-License-Identifier: Apache-2.0
"""Reads what is made with other people's readers, webvtt-py and m3u8.

    others.py vtt FILE | master FILE | images FILE
"""
import sys

kind, path = sys.argv[1:]
if kind == "vtt":
    import webvtt
    for cue in webvtt.read(path):
        print(cue.start, cue.end, cue.text)
else:
    import m3u8
    playlist = m3u8.load(path)
    if kind == "master":
        for images in playlist.image_playlists:
            facts = images.image_stream_info
            width, height = facts.resolution
            print(images.uri, f"{width}x{height}", facts.codecs, facts.bandwidth > 0)
    else:
        print(playlist.is_images_only, playlist.is_endlist, playlist.playlist_type)
        tiles = playlist.data["tiles"]
        assert len(tiles) == len(playlist.segments)
        for sheet, tile in zip(playlist.segments, tiles):
            print(sheet.uri, sheet.duration, tile["resolution"], tile["layout"], tile["duration"])
