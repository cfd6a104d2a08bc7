// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Foundation
import Media
import Processes
import Recording
import Testing

private let recordingsFolder = ProcessInfo.processInfo.environment["PREVIEW_MEDIA_DIR"]

/// Real recordings in real decoders, isolated as they always are.
@Suite(.enabled(if: recordingsFolder != nil, "PREVIEW_MEDIA_DIR isn't set"))
struct RealDecoderTests {
  static let folder = recordingsFolder ?? ""
  static let names: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasSuffix(".tsv") }.sorted()
  }()

  private static func request(_ title: String) -> PreviewRequest {
    var request = PreviewRequest(.preview, title: title)
    request.interval = .milliseconds(500)
    request.width = 64
    request.mode = .exact
    request.count = 12
    return request
  }

  /// What comes of a recording in this process, where all is allowed.
  private static func extracted(_ name: String) -> [[UInt8]] {
    let request = request(name)
    var settings = PreviewSettings()
    settings.interval = request.interval
    settings.width = request.width
    settings.mode = .exact
    settings.count = request.count
    guard let extractor = try? PreviewExtractor(path: folder + "/" + name, settings: settings)
    else { return [] }
    var pictures: [[UInt8]] = []
    while let picture = try? extractor.next() { pictures.append(picture.jpeg) }
    return pictures
  }

  @Test func `isolation costs no picture of any coding`() throws {
    try #require(!Self.names.isEmpty)
    let clients = Self.names.map { Collector(DecodingRequest(Self.request($0))) }
    let events = decode(Programs.real(), clients) { Self.folder + "/" + $0.title }
    #expect(events.isEmpty, "\(events)")
    for client in clients {
      #expect(client.result?.cause == nil, "\(client.title)")
      #expect(client.pictures.map(\.jpeg) == Self.extracted(client.title), "\(client.title)")
    }
    #expect(clients.contains { $0.pictures.count > 5 })
  }

  @Test(arguments: [true, false])
  func `recordings of one process take turns, or one comes after the other`(
    takesTurns: Bool
  ) throws {
    let name = try #require(Self.names.first { $0.hasPrefix("bbb_h264") })
    let order = Guarded<[Int]>([])
    let clients = (0..<2).map { number in
      var request = DecodingRequest(Self.request(name))
      request.takesTurns = takesTurns
      return Collector(request) { _ in order.withLock { $0.append(number) } }
    }
    var settings = Programs.real(processes: 1)
    settings.whenFull = .wait
    decode(settings, clients) { Self.folder + "/" + $0.title }
    let pictures = order.withLock { $0 }
    #expect(pictures.count == 2 * clients[0].pictures.count)
    #expect((pictures == pictures.sorted()) == !takesTurns, "\(pictures)")
  }
}
