// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Foundation
import Glibc
import Internet
import Processes

/// Programs beside the tests.
enum Programs {
  static let folder: String = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? tests
    return (bundle as NSString).deletingLastPathComponent
  }()

  /// Settings for decoders that do what the titles say.
  static func fake(processes: Int = 2) -> DecoderSettings {
    var settings = DecoderSettings(processes: processes, arguments: ["processes-child", "decoder"])
    settings.program = folder + "/processes-child"
    return settings
  }

  /// Settings for the real decoders.
  static func real(processes: Int = 2) -> DecoderSettings {
    var settings = DecoderSettings(processes: processes, arguments: ["previewd", "worker"])
    settings.program = folder + "/previewd"
    return settings
  }

  /// Whether a sanitizer watches.
  static let isSanitized: Bool = {
    let marks: [String] = ["__tsan_init", "__asan_init"]
    return marks.contains { unsafe dlsym(nil, $0) != nil }
  }()
}

/// Gives jobs to a pool and waits until all are over.
final class PoolRun: Component {
  private let settings: DecoderSettings
  private let clients: [(client: Collector, path: String)]
  private let tell: @Sendable (DecoderEvent) -> Void

  init(
    _ settings: DecoderSettings, _ clients: [(client: Collector, path: String)],
    tell: @escaping @Sendable (DecoderEvent) -> Void
  ) {
    self.settings = settings
    self.clients = clients
    self.tell = tell
  }

  override func main() async throws {
    let pool = DecoderPool(settings, tell: tell)
    let jobs = Outbox<DecodingJob>()
    try link(jobs, to: pool.inbox)
    let handle = activate(pool)
    for (client, path) in clients {
      client.tell(self.handle)
      let recording = SharedDescriptor(Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC)))
      await jobs.send(DecodingJob(client: client, recording: recording))
    }
    while !clients.allSatisfy({ $0.client.isOver }) { await pause() }
    jobs.finish()
    handle.stop()
    await childrenEnded()
  }
}

/// Runs jobs to their ends; what the pool told.
@discardableResult
func decode(
  _ settings: DecoderSettings, _ clients: [Collector],
  from path: (Collector) -> String = { _ in
    "/dev/null"
  }
) -> [DecoderEvent] {
  let events = Guarded<[DecoderEvent]>([])
  let scheduler = Scheduler(onFault: { _ in })
  scheduler.activate(
    PoolRun(settings, clients.map { ($0, path($0)) }) { event in
      events.withLock { $0.append(event) }
    })
  scheduler.run()
  return events.withLock { $0 }
}
