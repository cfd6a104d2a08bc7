// SPDX-License-Identifier: Apache-2.0
import Internet
import Testing

/// A group to be tried at this machine's loopback interface, with a port that is free.
private func freeGroup() throws -> (literal: String, port: UInt16) {
  let group = try MulticastGroup("239.77.2.1", interface: "lo")
  return ("239.77.2.1", try MulticastTransceiver(group).address.port)
}

private let haveGroups = (try? freeGroup()) != nil

@Suite(.enabled(if: Material.haveVorbisTools, "needs oggenc and oggdec: apt install vorbis-tools"))
struct `The examples that stream` {
  /// The samples in a file that libao wrote: what follows its header.
  private func samples(_ wav: String, like reference: [UInt8]) throws -> [UInt8] {
    Array(try readFile(wav).suffix(reference.count))
  }

  @Test(arguments: [[], ["4000000"]])
  func `SimpleStreamingClient plays what the server streams, to the last sample`(
    pace: [String]
  ) throws {
    try withFolder { folder in
      let sound = try Material.vorbis(frames: 50_000, rate: 44_100, channels: 2)
      try writeFile(sound, folder + "/a.ogg")
      let reference = try Material.oggdec(folder + "/a.ogg")
      let server = try ExampleServer("SimpleStreamingServer", [folder + "/a.ogg", "0"] + pace)
      for name in ["one.wav", "two.wav"] {
        let client = try Program(built: "SimpleStreamingClient").run(
          ["127.0.0.1", "\(server.port)", folder + "/" + name])
        #expect(client.exitCode == 0 && client.errors == "")
        #expect(try samples(folder + "/" + name, like: reference) == reference)
      }
      #expect(try server.interrupt().exitCode == 130)
    }
  }

  @Test(.enabled(if: haveGroups, "this machine lets nobody join a group at lo"))
  func `MulticastClient plays what the server sends to the group`() throws {
    try withFolder { folder in
      // Two seconds are said to have been played with the very last sample.
      let sound = try Material.vorbis(frames: 88_201, rate: 44_100, channels: 1)
      try writeFile(sound, folder + "/a.ogg")
      let reference = try Material.oggdec(folder + "/a.ogg")
      let (literal, port) = try freeGroup()
      let clients = try ["one.wav", "two.wav"].map { name in
        let client = try Program(built: "MulticastClient").start(
          [literal, "\(port)", "lo", folder + "/" + name])
        _ = try client.nextLine(of: .output) { $0.contains("listening to") }
        return (client, folder + "/" + name)
      }
      let server = try Program(built: "MulticastServer").run(
        [folder + "/a.ogg", literal, "\(port)", "lo", "1000000"])
      #expect(server.exitCode == 0 && server.errors == "")
      for (client, file) in clients {
        _ = try client.nextLine(of: .output) { $0 == "2 s" }
        client.signal(2)
        let finished = try client.wait()
        #expect(finished.exitCode == 130 && finished.errors == "")
        #expect(try samples(file, like: reference) == reference)
      }
    }
  }
}
