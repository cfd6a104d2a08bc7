// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media

/// A plain client of the preview protocol, on a blocking socket; used by one thread.
final class ServerConnection {
  private var socket: Int32
  private var deframer = Deframer()
  private var framer = Framer()
  private let deadline: ContinuousClock.Instant

  /// Connects to a port of this machine.
  ///
  /// `room` is the socket's receive buffer in bytes, for clients that don't read; `patience` is for
  /// all that is read.
  init(port: UInt16, room: Int32? = nil, patience: Duration = .seconds(60)) throws {
    deadline = .now + patience
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
    if var room {
      unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe connect(socket, raw, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Program.Failed(what: "connect: error \(errno)") }
  }

  deinit { hangUp() }

  /// Sends bytes as they are.
  func send(_ bytes: [UInt8]) {
    _ = unsafe Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  func ask(_ request: PreviewRequest) throws {
    send(try framer.bytes(of: PreviewFrame(kind: .request, payload: request.payload)))
  }

  /// Closes the sending side.
  func endSending() { shutdown(socket, Int32(SHUT_WR)) }

  func hangUp() {
    if socket >= 0 { close(socket) }
    socket = -1
  }

  /// Closes with a reset.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(
      socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    hangUp()
  }

  /// The next frame; `nil` when the server has closed.
  func next() throws -> PreviewFrame? {
    while true {
      if let frame = try deframer.next() { return frame }
      guard let bytes = try receive() else { return nil }
      deframer.push(bytes)
    }
  }

  /// Bytes as they come; `nil` when the server has closed.
  func receive() throws -> [UInt8]? {
    var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    let left = max(0, (deadline - .now) / .milliseconds(1))
    guard unsafe poll(&ready, 1, Int32(left.rounded(.up))) > 0 else {
      throw Program.Failed(what: "the server says nothing")
    }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(socket, &bytes, bytes.count, 0)
    return count > 0 ? Array(bytes[..<count]) : nil
  }

  /// The rest of an answer, to its end or error.
  func answer() throws -> Answer {
    var answer = Answer()
    while true {
      guard let frame = try next() else {
        throw Program.Failed(what: "the server closed after \(answer.frames.count) frames")
      }
      answer.frames.append(frame)
      if frame.kind == .end || frame.kind == .error { return answer }
    }
  }
}

/// The frames of an answer.
struct Answer {
  var frames: [PreviewFrame] = []

  var pictures: [PreviewFrame] { frames.filter { $0.kind == .picture } }
  var end: PreviewEnd? {
    frames.last { $0.kind == .end }.flatMap { try? PreviewEnd(payload: $0.payload) }
  }
  var failure: PreviewFailure? {
    frames.last { $0.kind == .error }.flatMap { try? PreviewFailure(payload: $0.payload) }
  }
  var description: PreviewDescription? {
    frames.first { $0.kind == .description }.flatMap {
      try? PreviewDescription(payload: $0.payload)
    }
  }
}

extension PreviewRequest {
  /// Pictures as soon as possible.
  static func pictures(
    _ title: String, every interval: Duration = .seconds(1), mode: Mode = .auto, width: Int = 320,
    pace: Pace = .asap
  ) -> PreviewRequest {
    var request = PreviewRequest(.preview, title: title)
    request.interval = interval
    request.mode = mode
    request.width = width
    request.pace = pace
    return request
  }
}
