// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Internet
import Media

Example.run { scheduler in
  let words = Example.operands(
    """
    SimpleStreamingClient HOST PORT [FILE.wav]
    plays what a SimpleStreamingServer sends, or writes it into a file
    """, 2...3)
  let (host, port) = (words[0], Example.port(words[1]))
  let file = words.count > 2 ? words[2] : nil
  scheduler.activate(
    try Pipeline {
      TCPClient(host: host, port: port)
      VorbisDecoding()
      Playing(drivers: file == nil ? ["pulse", "alsa"] : ["wav"], file: file)
    })
}
