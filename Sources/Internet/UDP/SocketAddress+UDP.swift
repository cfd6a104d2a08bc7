// SPDX-License-Identifier: Apache-2.0
internal import CLinux

extension SocketAddress {
  /// Whether it is an address of a group.
  public var isMulticast: Bool {
    unsafe withUnsafePointer(to: raw) { unsafe clinux_address_is_multicast($0) } != 0
  }

  var isIPv6: Bool {
    unsafe withUnsafePointer(to: raw) { unsafe clinux_address_is_ipv6($0) } != 0
  }

  /// Every address of this machine, of the family of this one.
  func anyAddress(port: UInt16) -> SocketAddress {
    var any = clinux_address()
    unsafe clinux_address_any(isIPv6 ? 1 : 0, port, &any)
    return SocketAddress(raw: any)
  }
}
