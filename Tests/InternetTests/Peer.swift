// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import Internet

/// A socket as any other program has it, blocking, with nothing of ours in it.
struct Peer: ~Copyable {
  let number: Int32

  /// Connects; `receiveBuffer` bytes make a small window, so that a sender notices a slow reader.
  init(_ address: SocketAddress, receiveBuffer: Int32? = nil) throws {
    let isIPv6 = address.description.hasPrefix("[")
    number = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if let receiveBuffer { set(SO_RCVBUF, receiveBuffer) }
    // A safety net only: a test whose bytes don't come fails instead of hanging.
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      unsafe setsockopt(
        number, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    var found = clinux_address()
    let host = isIPv6 ? "::1" : "127.0.0.1"
    guard unsafe clinux_resolve(host, address.port, 1, &found, 1) == 1 else { throw Trouble(0) }
    let result = unsafe withUnsafePointer(to: &found.storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(number, $0, found.length)
      }
    }
    guard result == 0 else { throw Trouble(errno) }
    set(TCP_NODELAY, 1, level: Int32(IPPROTO_TCP))
  }

  deinit { close(number) }

  struct Trouble: Error {
    let code: Int32
    init(_ code: Int32) { self.code = code }
  }

  private func set(_ option: Int32, _ value: Int32, level: Int32 = SOL_SOCKET) {
    var value = value
    unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Sends all, or fails.
  func send(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { raw in
        unsafe Glibc.send(
          number, raw.baseAddress?.advanced(by: done), raw.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Trouble(errno) }
      done += count
    }
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Receives at most so many bytes; empty at the end of the stream.
  func receive(atMost count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe bytes.withUnsafeMutableBytes { raw in
      unsafe recv(number, raw.baseAddress, raw.count, 0)
    }
    guard got >= 0 else { throw Trouble(errno) }
    return Array(bytes.prefix(got))
  }

  /// Receives exactly so many bytes, or what came before the end.
  func receive(_ count: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    while all.count < count {
      let some = try receive(atMost: count - all.count)
      if some.isEmpty { break }
      all += some
    }
    return all
  }

  func receiveText(_ count: Int) throws -> String {
    String(decoding: try receive(count), as: UTF8.self)
  }

  func receiveAll() throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let some = try receive(atMost: 65_536)
      if some.isEmpty { return all }
      all += some
    }
  }

  func finishSending() { shutdown(number, Int32(SHUT_WR)) }

  /// Ends the connection by a reset instead of an orderly end.
  consuming func reset() { clinux_reset_on_close(number) }
}
