// SPDX-License-Identifier: Apache-2.0
import Axon
import CLinux
import Glibc
import Media
import PreviewServer
import Recording

/// `previewd worker`: the exit code, when the server is gone.
func decode() -> Int32 {
  var worker = DecoderWorker()
  return worker.run()
}

/// Decodes what a server asks for over the socket that is its standard input.
///
/// It opens nothing: each request comes with the recording's descriptor. Jobs take turns, a picture
/// each. It ends when the server closes the socket or is gone.
struct DecoderWorker {
  /// A recording that pictures are made of.
  private struct Work {
    let extractor: PreviewExtractor
    var granted = 0
    var served = 0
    var lastSlot: Int?
  }

  private var deframer = Deframer(payloadLimit: 128 << 10)
  private var descriptors: [Int32] = []
  private var jobs: [Int: Work] = [:]
  /// Jobs with something granted, in the order of their turns.
  private var turns: [Int] = []
  private let socket = STDIN_FILENO

  /// Works until the server is gone; the exit code.
  mutating func run() -> Int32 {
    clinux_end_with_parent()
    while true {
      if turns.isEmpty || hasMessage {
        guard receive() else { return 0 }
      }
      do throws(FramingError) {
        while let frame = try deframer.next() {
          if let message = WorkerMessage(frame) { obey(message) }
        }
      } catch {
        complain("previewd: worker: \(error)")
        return 1
      }
      takeTurn()
    }
  }

  // MARK: Receiving

  private var hasMessage: Bool {
    var query = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&query, 1, 0) > 0
  }

  private mutating func receive() -> Bool {
    var passed: Int32 = -1
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
      count = unsafe clinux_receive_descriptor(socket, buffer.baseAddress, buffer.count, &passed)
      filled = max(0, count)
    }
    if passed >= 0 { descriptors.append(passed) }
    deframer.push(bytes)
    return count > 0
  }

  private mutating func obey(_ message: WorkerMessage) {
    switch message {
    case .open(let job, let request):
      guard !descriptors.isEmpty else { return }
      open(job, request, descriptor: descriptors.removeFirst())
    case .grant(let job, let pictures):
      guard jobs[job] != nil else { return }
      jobs[job]?.granted += pictures
      if !turns.contains(job) { turns.append(job) }
    case .close(let job):
      jobs[job] = nil
      turns.removeAll { $0 == job }
    case .working, .spent: break
    }
  }

  // MARK: Working

  private mutating func open(_ job: Int, _ request: PreviewRequest, descriptor: Int32) {
    send(WorkerMessage.working(job: job).frame)
    let title = request.title ?? "recording"
    do throws(RecordingError) {
      let extractor = try PreviewExtractor(
        descriptor: descriptor, name: title, settings: PreviewSettings(request))
      jobs[job] = Work(extractor: extractor)
      let description = PreviewDescription(extractor, title: title, request: request)
      send(PreviewFrame(kind: .description, payload: description.payload))
    } catch {
      send(
        PreviewFrame(
          kind: .error, payload: PreviewFailure(.unreadable, reason: "\(error)").payload))
    }
  }

  private mutating func takeTurn() {
    guard !turns.isEmpty else { return }
    let job = turns.removeFirst()
    guard var work = jobs[job] else { return }
    send(WorkerMessage.working(job: job).frame)
    do throws(RecordingError) {
      guard let picture = try work.extractor.next() else { return end(job, work) }
      let skipped = picture.slot - (work.lastSlot ?? (work.extractor.firstSlot - 1)) > 1
      send(PreviewFrame(picture, followsGap: skipped))
      work.lastSlot = picture.slot
      work.served += 1
      work.granted -= 1
      jobs[job] = work
      if work.granted > 0 {
        turns.append(job)
      } else {
        send(WorkerMessage.spent(job: job).frame)
      }
    } catch {
      if work.served > 0 { return end(job, work) }
      jobs[job] = nil
      send(
        PreviewFrame(
          kind: .error, payload: PreviewFailure(.unreadable, reason: "\(error)").payload))
    }
  }

  private mutating func end(_ job: Int, _ work: Work) {
    jobs[job] = nil
    let end = PreviewEnd(
      work.extractor.verdict, served: work.served, slots: work.extractor.slotCount)
    send(PreviewFrame(kind: .end, payload: end.payload))
  }

  // MARK: Sending

  /// Sends a frame; its number is the picture's slot.
  ///
  /// Without a server there is nothing left to do.
  private func send(_ frame: PreviewFrame) {
    var framer = Framer(nextSequence: frame.sequence)
    guard let bytes = try? framer.bytes(of: frame) else { return }
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { raw in
        unsafe write(socket, raw.baseAddress?.advanced(by: sent), raw.count - sent)
      }
      if count <= 0 { exit(0) }
      sent += count
    }
  }
}
