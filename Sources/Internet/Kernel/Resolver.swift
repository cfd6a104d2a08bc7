// SPDX-License-Identifier: Apache-2.0
import Axon

/// Looks up one name on a thread of its own, because the system's resolver blocks.
///
/// | box | what travels |
/// |---|---|
/// | `outbox` | the host's addresses, or why there are none |
final class Resolver: ThreadedComponent {
  typealias Answer = Result<[SocketAddress], InternetError>
  let outbox = Outbox<Answer>()
  private let host: String
  private let port: UInt16

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  override func threadMain() {
    let (host, port) = (host, port)
    outbox.blockingSend(
      Result { () throws(InternetError) in try SocketAddress.resolve(host, port: port) })
  }
}
