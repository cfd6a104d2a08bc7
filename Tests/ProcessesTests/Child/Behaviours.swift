// SPDX-License-Identifier: Apache-2.0
import Axon
import CLinux
import Glibc
import Media
import Processes

/// A component written where it is used.
final class Body: Component, Source, Sink {
  let inbox = Inbox<PreviewFrame>()
  let outbox = Outbox<PreviewFrame>()
  private let body: (Body) async throws -> Void

  init(_ body: @escaping (Body) async throws -> Void) { self.body = body }

  override func main() async throws { try await body(self) }
}

/// The same for frames with descriptors.
final class ParcelBody: Component, Source, Sink {
  let inbox = Inbox<Parcel>()
  let outbox = Outbox<PreviewFrame>()

  /// Answers each parcel with what its file holds.
  override func main() async throws {
    while let parcel = await inbox.next() {
      var answer = parcel.frame
      if let descriptor = parcel.descriptor { answer.payload = contents(of: descriptor.number) }
      await outbox.send(answer)
    }
  }
}

struct Mishap: Error, CustomStringConvertible {
  var description: String { "a mishap" }
}

/// What the process does; its exit code.
nonisolated func behave(_ behaviour: String, _ number: Int) -> Int32 {
  switch behaviour {
  case "parcels": return runAsProcess { ParcelBody() }
  case "decoder": return runAsProcess(isolated: true) { FakeDecoder() }
  case "parent": return beParent()
  case "cycles": return cycle(number)
  case "garbage", "cut", "close", "hang-at-start", "inherited": return live(without: behaviour)
  default: break
  }
  let isIsolated = behaviour.hasPrefix("isolated-")
  let behaviour = isIsolated ? String(behaviour.dropFirst(9)) : behaviour
  return runAsProcess(isolated: isIsolated) {
    Body { me in
      switch behaviour {
      case "source": try await give(number, by: me)
      case "swallow": while await me.inbox.next() != nil {}
      case "deaf": while !me.isStopping { await me.pause() }
      case "stubborn": try await resist(me)
      default: try await echo(me) { frame in try await act(behaviour, number, on: frame, me) }
      }
    }
  }
}

/// Sends back what comes; `act` sees each frame first.
nonisolated func echo(
  _ me: Body, _ act: (PreviewFrame) async throws -> Void
) async throws {
  while let frame = await me.inbox.next() {
    // What is to be done comes with the last frame, so that some have gone back before.
    if frame.kind == .control { try await act(frame) }
    await me.outbox.send(frame)
  }
}

/// What a control frame sets off.
nonisolated func act(
  _ behaviour: String, _ number: Int, on frame: PreviewFrame, _ me: Body
) async throws {
  switch behaviour {
  case "exit": exit(Int32(number))
  case "abort": abort()
  case "segv": complain("\(unsafe UnsafePointer<Int>(bitPattern: 8)?.pointee ?? 0)")
  case "trap": _ = [Int]()[number]
  case "throw": throw Mishap()
  case "hang": while true {}
  case "block": while true { sleep(1000) }
  case "eat": eat()
  case "burn": while true {}
  case "complain":
    complain("first line")
    complain("no more ink")
    exit(3)
  case "sleep": try await me.sleep(for: .milliseconds(number))
  case "compute": await compute(.milliseconds(number), me)
  case "pid":
    await me.outbox.send(PreviewFrame(kind: .control, payload: Array("\(getpid())".utf8)))
  case "stubborn-pid", "hang-pid":
    signal(SIGTERM, SIG_IGN)
    await me.outbox.send(PreviewFrame(kind: .control, payload: Array("\(getpid())".utf8)))
    // Its number has left before it does anything else.
    try await me.sleep(for: .milliseconds(50))
    if behaviour == "hang-pid" { while true {} }
    while true { sleep(1000) }
  case "environment":
    let value = unsafe getenv("PROCESSES_TEST").map { unsafe String(cString: $0) } ?? ""
    await me.outbox.send(PreviewFrame(kind: .control, payload: Array(value.utf8)))
  case "burn-slowly":
    burn(.milliseconds(20))
    await me.yield()
  case "code": code()
  case "get-on": getOn(number, me)
  case "idle-on": idleOn(me)
  case let call where call.hasPrefix("call-"):
    let answer = "\(make(call: String(call.dropFirst(5)), number))"
    await me.outbox.send(PreviewFrame(kind: .control, payload: Array(answer.utf8)))
  case "work": await me.outbox.send(PreviewFrame(kind: .control, payload: Array(work().utf8)))
  case "descriptor":
    await me.outbox.send(
      PreviewFrame(kind: .control, payload: contents(of: ProcessSettings.firstDescriptor)))
  default: break
  }
}

nonisolated func give(_ count: Int, by me: Body) async throws {
  for place in 0..<count {
    await me.outbox.send(
      PreviewFrame(
        kind: .picture, sequence: UInt32(place), payload: [UInt8](repeating: 7, count: 9)))
  }
}

/// Ends for nothing but SIGKILL.
nonisolated func resist(_ me: Body) async throws {
  signal(SIGTERM, SIG_IGN)
  await me.outbox.send(PreviewFrame(kind: .control))
  while true {
    await me.yield()
    usleep(1000)
  }
}

/// Turns of work without a word, for so long.
nonisolated func compute(_ time: Duration, _ me: Body) async {
  let end = me.now + time
  while me.now < end {
    usleep(5000)
    await me.yield()
  }
}

nonisolated func eat() {
  var hoard: [[UInt8]] = []
  while true { hoard.append([UInt8](repeating: 1, count: 1 << 20)) }
}

nonisolated func contents(of descriptor: Int32) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
  return Array(bytes.prefix(max(0, count)))
}

/// Programs that use descriptor 3 by themselves.
nonisolated func live(without behaviour: String) -> Int32 {
  clinux_end_with_parent()
  var framer = Framer()
  let frame = PreviewFrame(kind: .picture, payload: Array("whole".utf8))
  guard var bytes = try? framer.bytes(of: frame) else { return 1 }
  switch behaviour {
  case "garbage": bytes += Array("this is no frame".utf8)
  case "cut": bytes += bytes.prefix(20)
  case "hang-at-start": while true { pause() }
  case "inherited":
    let open = (0..<256).filter { fcntl(Int32($0), F_GETFD) >= 0 }
    let list = open.map { "\($0)" }.joined(separator: " ")
    let frame = PreviewFrame(kind: .picture, payload: Array(list.utf8))
    bytes = (try? framer.bytes(of: frame)) ?? []
  default: break
  }
  _ = unsafe write(3, bytes, bytes.count)
  if behaviour == "close" {
    close(3)
    while true { pause() }
  }
  if behaviour == "garbage" { while true { pause() } }
  return 0
}
