// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Connects to a server; then it is a `ConnectedSocket`.
///
/// ```swift
/// let client = TCPClient(host: "localhost", port: 1616)
/// try link(client.outbox, to: player.inbox)
/// scheduler.activate(client)
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes for the server; what comes before the connection stands waits |
/// | `outbox` | bytes from the server |
///
/// Names are looked up on a thread of their own; each address is tried in turn. It ends with the
/// connection, or with ``InternetError`` when none could be made.
public final class TCPClient: ConnectedSocket {
  private let host: String
  private let port: UInt16
  private let connectPatience: Duration
  private let network: Network?
  private let answer = Inbox<Connector.Answer>(capacity: 1)
  private var isConnected = false

  /// A client for this server; it connects when it is activated.
  ///
  /// - Parameters:
  ///   - host: a name or an address.
  ///   - port: where the server listens.
  ///   - patience: how long each address is given to answer.
  ///   - network: its scheduler's own unless given, which is the kernel's unless simulated.
  public init(
    host: String, port: UInt16, patience: Duration = .seconds(10), on network: Network? = nil
  ) {
    self.host = host
    self.port = port
    connectPatience = patience
    self.network = network
    super.init(peer: "\(host):\(port)", capacity: 8, patience: .seconds(15))
  }

  override public func initialiseComponent() throws {
    let connector = Connector(host: host, port: port, patience: connectPatience, on: network)
    try link(connector.outbox, to: answer)
    activate(connector)
  }

  override public func mainBody() throws -> Turn {
    if isConnected { return try super.mainBody() }
    guard let stream = try answer.take()?.get() else { return .pause }
    isConnected = true
    try start(stream)
    return try super.mainBody()
  }
}
