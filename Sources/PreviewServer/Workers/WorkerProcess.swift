// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc
internal import Internet
internal import Media

/// One decoder process as its pool sees it: what it was given, and what it has said.
///
/// Used by `DecoderPool` on its own thread only.
final class WorkerProcess {
  /// What a job is: the stream to fill, and the recording until it is passed on.
  struct Job {
    let stream: PictureStream
    let descriptor: Int32
    /// Processes that died while they had it.
    let moves: Int
  }

  private(set) var process: Int32
  /// What the process says, from its socket.
  let received = Inbox<Bytes>(capacity: 16)
  var deframer = Deframer()
  var jobs: [Int: Job] = [:]
  /// The job that the process is at; its frames are coming.
  var current: Int?
  /// Whether it ever said anything: a program that can't even start doesn't.
  var hasSpoken = false
  /// Jobs with a grant that isn't spent, in the order in which the process works on them.
  var working: [Int] = []
  /// When it last said something, or was given something to do with nothing else to do.
  var lastSign: Instant
  private let speaking: Descriptor
  private var framer = Framer()

  /// Starts a process; its socket is to be read by the component that `socket` is given to.
  ///
  /// - Throws: ``MediaError`` when the system has no process or descriptor left.
  init(arguments: [String], now: Instant, socket: (sending ConnectedSocket) -> Void)
    throws(MediaError)
  {
    var ours: Int32 = -1
    var theirs: Int32 = -1
    let paired = unsafe clinux_socket_pair(&ours, &theirs)
    guard paired == 0 else { throw MediaError("a decoder's socket", code: -paired) }
    let listening = Descriptor(ours)
    let started = Self.spawn(arguments, input: theirs)
    clinux_close(theirs)
    guard started > 0 else { throw MediaError("a decoder process", code: -started) }
    speaking = Descriptor(clinux_duplicate(ours))
    process = started
    lastSign = now
    let connection = ConnectedSocket(listening, peer: "decoder \(started)")
    let outbox = connection.outbox
    do throws(LinkError) {
      try link(outbox, to: received)
    } catch {
      preconditionFailure("a new socket is linked already: \(error)")
    }
    socket(connection)
  }

  private static func spawn(_ arguments: [String], input: Int32) -> Int32 {
    var texts = unsafe arguments.map { unsafe strdup($0) }
    unsafe texts.append(nil)
    defer { unsafe texts.forEach { unsafe free($0) } }
    return unsafe clinux_spawn_self(texts, input)
  }

  /// Says something to the process; false when it takes no more, which only a hung one does.
  func say(_ message: WorkerMessage, passing descriptor: Int32 = -1) -> Bool {
    guard let bytes = try? framer.bytes(of: message.frame) else { return false }
    let sent = unsafe bytes.withUnsafeBytes { raw in
      unsafe clinux_send_descriptor(speaking.number, raw.baseAddress, raw.count, descriptor)
    }
    return sent == bytes.count
  }

  func kill() { clinux_kill(process) }

  /// Waits for the process, which has closed its socket or was killed.
  ///
  /// - Returns: for people: "exit code 1", "signal 11".
  func reap() -> String {
    received.close()
    clinux_kill(process)
    let status = clinux_reap(process)
    return status < 0 ? "signal \(-status)" : "exit code \(status)"
  }
}
