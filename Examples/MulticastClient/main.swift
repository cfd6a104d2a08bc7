// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Internet
import Media

Example.run { scheduler in
  let words = Example.operands(
    """
    MulticastClient GROUP PORT [INTERFACE [FILE.wav]]
    plays what a MulticastServer sends to the group, or writes it into a file
    """, 2...4)
  let port = Example.port(words[1])
  let group = try MulticastGroup(
    words[0], port: port, interface: words.count > 2 ? words[2] : nil)
  let file = words.count > 3 ? words[3] : nil
  let pipeline = try Pipeline {
    try MulticastTransceiver(group)
    Detuple(\Datagram.bytes)
    VorbisDecoding()
    Playing(drivers: file == nil ? ["pulse", "alsa"] : ["wav"], file: file)
    Telling()
  }
  Example.say("listening to \(group)")
  scheduler.activate(pipeline)
}

/// Says each whole second that has been played.
final class Telling: Component, Sink {
  let inbox = Inbox<Duration>()

  override func main() async throws {
    var told: Int64 = 0
    while let played = await inbox.next() {
      if played.components.seconds > told {
        told = played.components.seconds
        Example.say("\(told) s")
      }
    }
  }
}
