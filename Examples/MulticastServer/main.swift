// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Internet
import Media

Example.run { scheduler in
  let words = Example.operands(
    """
    MulticastServer FILE GROUP PORT [INTERFACE [BITS]]
    sends an Ogg Vorbis file to a group, as 239.1.2.3: by INTERFACE, so many BITS a second (128000)
    """, 3...5)
  let port = Example.port(words[2])
  let group = try MulticastGroup(
    words[1], port: port, interface: words.count > 3 ? words[3] : nil)
  let bits =
    words.count > 4 ? Example.number(words[4], "BITS", in: 1...1_000_000_000) : 128_000
  let path = words[0]
  Example.say("sending to \(group)")
  scheduler.activate(
    try Pipeline {
      // A chunk and its headers are less than what every net passes uncut.
      OggFileReader(path: path, pace: .bitRate(bits, chunkLength: 1024))
      try MulticastTransceiver(group)
    })
}
