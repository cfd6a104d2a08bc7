// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import Internet
internal import Synchronization

/// A preview server: recordings in, clients served. What `previewd serve` runs.
///
/// ```swift
/// let service = PreviewService(catalogue: try Catalogue(paths: ["/recordings"]), settings, log)
/// let port = try service.start(on: scheduler)
/// scheduler.run()
/// ```
public final class PreviewService: Sendable {
  let catalogue: Catalogue
  let settings: ServerSettings
  let log: Log
  let store: FrameStore
  private let clients = Atomic(0)
  private let draining = Atomic(false)

  /// A service at rest.
  public init(catalogue: Catalogue, settings: ServerSettings, log: Log) {
    self.catalogue = catalogue
    self.settings = settings
    self.log = log
    store = FrameStore(byteLimit: settings.storeBytes)
  }

  /// Takes the port and starts the decoders; clients are served once the scheduler runs.
  ///
  /// - Returns: the address, with the port the kernel chose where 0 was asked for.
  /// - Throws: `InternetError` when the address can't be had.
  @discardableResult
  public func start(on scheduler: Scheduler) throws -> String {
    let service = self
    let server = try SimpleServer(
      host: settings.host, port: settings.port, capacity: 4, limit: settings.clientLimit + 64
    ) { peer in
      Viewer(service, peer: "\(peer)")
    }
    let address = "\(server.address)"
    scheduler.activate(DecoderPool(settings.decoders, log: log))
    scheduler.activate(server)
    return address
  }

  /// Lets the answers that are under way end with `stopped`, and takes no more requests.
  public func drain() {
    draining.store(true, ordering: .relaxed)
  }

  var isDraining: Bool { draining.load(ordering: .relaxed) }

  /// Counts a client in; false when there are too many, though it counts all the same.
  func welcome() -> Bool {
    clients.add(1, ordering: .relaxed).newValue <= settings.clientLimit
  }

  func goodbye() { clients.subtract(1, ordering: .relaxed) }
}

/// How a server behaves.
public struct ServerSettings: Sendable {
  /// Address to listen at, as a literal.
  public var host = "127.0.0.1"
  /// Port; 0 lets the kernel choose.
  public var port: UInt16 = 1616
  /// Clients at once; the next one is told that there are too many.
  public var clientLimit = 10_000
  /// Bytes of finished pictures kept in memory for the next viewer.
  public var storeBytes = 256 << 20
  /// How recordings are decoded.
  public var decoders: DecoderSettings

  /// Settings with the usual limits.
  public init(decoders: DecoderSettings) { self.decoders = decoders }
}
