// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Internet
import Media

/// What one client gets: the file from its beginning, at its pace.
final class Streaming: Graphline, Source, Sink {
  let inbox = Inbox<Bytes>(capacity: 1, whenFull: .dropNewest)
  let outbox = Outbox<Bytes>()
  private let path: String
  private let pace: OggFileReader.Pace

  init(_ path: String, _ pace: OggFileReader.Pace) {
    self.path = path
    self.pace = pace
  }

  override func main() async throws {
    let reader = OggFileReader(path: path, pace: pace)
    try link(reader.outbox, to: outbox)
    add(reader)
    try await super.main()
  }
}

Example.run { scheduler in
  let words = Example.operands(
    """
    SimpleStreamingServer FILE [PORT [BITS]]
    streams an Ogg Vorbis file to each client: as its sound is heard, or so many BITS a second
    """, 1...3)
  let path = words[0]
  let bits = words.count > 2 ? Example.number(words[2], "BITS", in: 1...1_000_000_000) : nil
  let pace = bits.map { OggFileReader.Pace.bitRate($0) } ?? .streamTime()
  // What can't be opened is told now, not to the first client.
  _ = try OggFile(path: path)
  let port = Example.port(words.count > 1 ? words[1] : "1500")
  let server = try SimpleServer(port: port) { _ in Streaming(path, pace) }
  Example.say("listening at \(server.address)")
  scheduler.activate(server)
}
