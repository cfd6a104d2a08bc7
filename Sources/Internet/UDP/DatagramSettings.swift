// SPDX-License-Identifier: Apache-2.0

/// How a socket for datagrams is set up.
public struct DatagramSettings: Sendable {
  /// Whether other sockets may be bound to the same address; sockets for groups always allow it.
  public var sharesAddress = false
  /// Bytes of datagrams that may wait in the kernel until they are read; `nil`: the system's choice.
  ///
  /// The system has a limit (`net.core.rmem_max`); what comes when it is reached is dropped.
  public var waitingRoom: Int?
  /// Routers that a datagram for a group may pass, 0...255: 0 stays on this machine, 1 on this net.
  public var hops = 1
  /// Whether this machine's own receivers get what is sent to a group; at `lo` they always do.
  public var loopsBack = true
  /// Name of the interface that datagrams for groups leave by; `nil`: the system's choice.
  public var interface: String?

  /// The system's choices; groups within this net.
  public init() {}
}
