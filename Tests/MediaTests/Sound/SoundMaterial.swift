// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

/// An Ogg Vorbis stream made by oggenc: `frames` samples of two tones and some noise.
func vorbis(frames: Int, rate: Int, channels: Int, serial: Int = 1) throws -> [UInt8] {
  var generator = SeededGenerator(seed: UInt64(frames))
  let samples: [UInt8] = (0..<frames * channels).flatMap { index -> [UInt8] in
    let moment = index / channels
    let tone = (moment * (index % channels + 3) % 97) * 300 - 14_000
    let value = Int16(clamping: tone + Int.random(in: -2000...2000, using: &generator))
    return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
  }
  return try Programs.withFolder { folder in
    try Programs.write(samples, folder + "/in.raw")
    try Programs.run(
      Programs.oggenc,
      [
        "-Q", "-r", "-R", "\(rate)", "-C", "\(channels)", "-B", "16", "-q", "4", "-s", "\(serial)",
        "-o", folder + "/out.ogg", folder + "/in.raw",
      ])
    return try Programs.read(folder + "/out.ogg")
  }
}

/// The samples that oggdec makes of a stream: `oggdec -Q -R -e 0 -s 1 -b 16 -o out.raw in.ogg`.
func oggdec(_ stream: [UInt8]) throws -> [Int16] {
  try Programs.withFolder { folder in
    try Programs.write(stream, folder + "/in.ogg")
    try Programs.run(
      Programs.oggdec,
      ["-Q", "-R", "-e", "0", "-s", "1", "-b", "16", "-o", folder + "/out.raw", folder + "/in.ogg"])
    return littleEndianSamples(try Programs.read(folder + "/out.raw")[...])
  }
}

func littleEndianSamples(_ bytes: ArraySlice<UInt8>) -> [Int16] {
  stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map {
    Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)
  }
}

/// All that our decoder makes of a stream pushed in pieces.
func decode(_ stream: [UInt8], pieces: Int = 4096, with decoder: OggVorbisDecoder = .init()) throws
  -> [SoundBlock]
{
  var blocks: [SoundBlock] = []
  for start in stride(from: 0, to: stream.count, by: pieces) {
    decoder.push(Array(stream[start..<min(start + pieces, stream.count)]))
    while let block = try decoder.next() { blocks.append(block) }
  }
  decoder.finish()
  while let block = try decoder.next() { blocks.append(block) }
  return blocks
}

/// The pages of a stream.
func pages(_ stream: [UInt8]) -> [OggPage] {
  let reader = OggPageReader()
  reader.push(stream)
  return Array(sequence(state: reader) { $0.next() })
}
