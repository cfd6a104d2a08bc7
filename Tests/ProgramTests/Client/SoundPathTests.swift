// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Internet
import Media
import Testing

private let client = Program.previewclient

@Suite(
  .enabled(if: client.isThere, "previewclient isn't built"),
  .enabled(if: Material.haveVorbisTools, "oggenc and oggdec (vorbis-tools) are not installed"))
struct SoundPathTests {
  /// The server of the white paper: an Ogg file to everybody who comes, nothing else.
  final class OggServing: Component, Source, Sink {
    let inbox = Inbox<Bytes>()
    let outbox = Outbox<Bytes>()
    private let path: String
    init(_ path: String) { self.path = path }
    override func main() async throws {
      let reader = OggFileReader(path: path, pace: .streamTime(factor: 20))
      try link(reader.outbox, to: outbox)
      activate(reader)
      await childrenEnded()
    }
  }

  @Test func `SimpleServer, TCPClient, decoder and player give oggdec's samples`() throws {
    try withFolder { folder in
      try writeFile(
        try Material.vorbis(frames: 88_200, rate: 44_100, channels: 2), folder + "/a.ogg")
      let scheduler = Scheduler()
      let server = try SimpleServer(port: 0) { _ in OggServing(folder + "/a.ogg") }
      let port = server.address.port
      let serving = scheduler.activate(server)
      let listening = try Pipeline {
        TCPClient(host: "127.0.0.1", port: port)
        VorbisDecoding()
        Playing(drivers: ["raw"], file: folder + "/a.raw")
      }
      let ended = Ended(listening, stopping: serving)
      scheduler.activate(ended)
      #expect(scheduler.run().isEmpty)
      #expect(try readFile(folder + "/a.raw") == Material.oggdec(folder + "/a.ogg"))
    }
  }

  @Test func `the client plays what a preview server sends, through a chain`() throws {
    let links = [
      try Material.vorbis(frames: 30_000, rate: 44_100, channels: 2, serial: 1),
      try Material.vorbis(frames: 5000, rate: 8000, channels: 1, serial: 2),
    ]
    let server = try server(of: links.flatMap { $0 })
    try withFolder { folder in
      let finished = try client.run([
        server.url("a.ogg", scheme: "preview+ogg"), "--driver", "raw", "-o", folder + "/a.raw",
      ])
      #expect(finished.exitCode == 0 && finished.errors.isEmpty)
      for (index, link) in links.enumerated() {
        try writeFile(link, folder + "/link.ogg")
        let played = try readFile(folder + (index == 0 ? "/a.raw" : "/a-2.raw"))
        #expect(try played == Material.oggdec(folder + "/link.ogg"))
      }
    }
    #expect(server.requests.map(\.operation) == [.sound])
  }

  @Test func `--listen-audio asks for the sound and the null driver plays it`() throws {
    let server = try server(of: try Material.vorbis(frames: 9000, rate: 44_100, channels: 1))
    let finished = try client.run([server.url("a.ogg"), "--listen-audio", "--driver", "null"])
    #expect(finished.exitCode == 0 && finished.output.isEmpty && finished.errors.isEmpty)
    #expect(server.requests == [PreviewRequest(.sound, title: "a.ogg")])
  }

  @Test func `an interrupt leaves a whole file`() throws {
    let stream = try Material.vorbis(frames: 44_100, rate: 44_100, channels: 1)
    let frames = [PreviewFrame(kind: .audio, payload: stream)]
    let answer = try bytes(of: frames)
    let server = try AnswerServer { _ in .init(bytes: answer) }
    try withFolder { folder in
      let running = try client.start([
        server.url("a.ogg"), "--listen-audio", "--driver", "wav", "-o", folder + "/a.wav",
      ])
      // The answer stays open: the file has its beginning, but not its length.
      while (try? readFile(folder + "/a.wav").count) ?? 0 < 40_000 { sched_yield() }
      running.signal(SIGINT)
      #expect(try running.wait().exitCode == 130)
      let wav = try readFile(folder + "/a.wav")
      let length = wav[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(length == wav.count - 8)
    }
  }

  @Test(
    arguments: [
      (["--driver", "nonsense"], 69, "libao has no such driver"),
      (["--driver", "wav"], 69, "this driver needs a file to write"),
      (["--driver", "wav", "-o", "/dev/null/a.wav"], 74, "/dev/null/a.wav can't be written"),
    ] as [([String], Int32, String)])
  func `a player that can't play says why`(
    options: [String], exitCode: Int32, reason: String
  ) throws {
    let server = try server(of: try Material.vorbis(frames: 9000, rate: 44_100, channels: 1))
    let finished = try client.run([server.url("a.ogg"), "--listen-audio"] + options)
    #expect(finished.exitCode == exitCode && finished.errors.contains(reason))
  }

  private func server(of stream: [UInt8]) throws -> AnswerServer {
    let description = PreviewDescription(
      title: "a.ogg", container: "ogg", sound: .init(codec: "vorbis", rate: 44_100, channels: 2))
    let pages = stride(from: 0, to: stream.count, by: 3000).map {
      PreviewFrame(kind: .audio, payload: Array(stream[$0..<min($0 + 3000, stream.count)]))
    }
    let answer = try bytes(
      of: [PreviewFrame(kind: .description, payload: description.payload)] + pages
        + [Material.end()])
    return try AnswerServer { _ in .init(bytes: answer) }
  }
}

/// Runs a component, and stops another when that has ended.
private final class Ended: Component {
  private let part: Seed
  private let other: Handle
  init(_ part: sending Component, stopping other: Handle) {
    self.part = Seed(part)
    self.other = other
  }
  override func main() async throws {
    activate(part)
    await childrenEnded()
    other.stop()
  }
}
