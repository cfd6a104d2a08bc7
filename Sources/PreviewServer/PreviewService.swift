// SPDX-License-Identifier: Apache-2.0
public import Axon
public import Decoders
internal import Internet

/// A preview server: recordings in, clients served.
///
/// What `previewd serve` runs.
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
  private let state = Guarded(State())

  private struct State {
    var viewers: [ObjectIdentifier: Handle] = [:]
    var isDraining = false
    /// Who waits for the last viewer to leave.
    var closer: Handle?
  }

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
    let log = log
    scheduler.activate(
      DecoderPool(settings.decoders) { log(.warning, $0.name, $0.facts) })
    scheduler.activate(server)
    return address
  }

  /// Lets the answers that are under way end with `stopped`, then stops the scheduler; from any
  /// thread.
  ///
  /// Viewers that don't take the end within `patience` are cut off.
  public func close(on scheduler: Scheduler, patience: Duration = .seconds(3)) {
    scheduler.activate(Closer(self, patience: patience))
  }

  /// Takes no more requests, and wakes everyone to see it.
  func drain(for closer: Handle) {
    let viewers = state.withLock { state in
      state.isDraining = true
      state.closer = closer
      return Array(state.viewers.values)
    }
    for viewer in viewers { viewer.wake() }
  }

  var isDraining: Bool { state.withLock { $0.isDraining } }
  var hasViewers: Bool { state.withLock { !$0.viewers.isEmpty } }

  /// Counts a viewer in; false when there are too many, though it counts all the same.
  func welcome(_ viewer: Handle) -> Bool {
    state.withLock { state in
      state.viewers[ObjectIdentifier(viewer)] = viewer
      return state.viewers.count <= settings.clientLimit
    }
  }

  func goodbye(_ viewer: Handle) {
    state.withLock { state in
      state.viewers[ObjectIdentifier(viewer)] = nil
      return state.viewers.isEmpty ? state.closer : nil
    }?.wake()
  }
}

/// Waits for the viewers to leave, then stops everything.
private final class Closer: Component {
  private let service: PreviewService
  private let patience: Duration

  init(_ service: PreviewService, patience: Duration) {
    self.service = service
    self.patience = patience
  }

  override func main() async throws {
    let deadline = now + patience
    scheduler.wake(handle, at: deadline)
    service.drain(for: handle)
    while service.hasViewers, now < deadline, !isStopping { await pause() }
    scheduler.stop()
  }
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
  /// How recordings are decoded, and watched while they grow.
  public var decoders: DecoderSettings

  /// Settings with the usual limits.
  public init(decoders: DecoderSettings) { self.decoders = decoders }
}
