// SPDX-License-Identifier: Apache-2.0
import Axon
import Foundation
import Glibc
import Internet
import Media
import Processes
import Testing

/// What a child gets, and that nothing of it is left behind.
@Suite(.serialized) struct ProcessSurroundings {
  @Test(arguments: ["exit", "segv", "hang", "garbage", "close", "throw"])
  func `a child beside one that fails is undisturbed`(behaviour: String) throws {
    let faults = Faults()
    let kept = Guarded<[PreviewFrame]>([])
    let scheduler = Scheduler(onFault: faults.add)
    var bad = ChildProgram.settings(behaviour, 3)
    bad.deadline = .milliseconds(500)
    bad.patience = .milliseconds(50)
    let sent = frames(0..<3000, byteCount: 2000)
    try activateTalk(on: scheduler, bad, [trigger], staysOpen: true)
    try activateTalk(on: scheduler, ChildProgram.settings("echo"), sent, kept: kept)
    #expect(scheduler.run().isEmpty)
    #expect(kept.withLock { $0 } == sent)
    #expect(faults.all.count == 1)
  }

  @Test func `descriptors go along with their frames`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var parcels: [Parcel] = []
    for number in 0..<40 {
      var parcel = Parcel(PreviewFrame(kind: .picture, payload: Array("none \(number)".utf8)))
      if number % 3 != 0 {
        let path = folder.appendingPathComponent("\(number)").path
        try "file \(number)".write(toFile: path, atomically: false, encoding: .utf8)
        parcel.descriptor = descriptor(of: path)
        // Large frames leave in pieces; their descriptor goes once.
        if number % 5 == 0 { parcel.frame.payload = [UInt8](repeating: 1, count: 900_000) }
      }
      parcels.append(parcel)
    }
    let kept = Guarded<[PreviewFrame]>([])
    let faults = Faults()
    let scheduler = Scheduler(onFault: faults.add)
    let process = ProcessComponent(ChildProgram.settings("parcels"))
    let taker = Taker(kept)
    let giver = ParcelGiver(parcels)
    try link(giver.outbox, to: process.parcels)
    try link(process.outbox, to: taker.inbox)
    scheduler.activate(giver)
    scheduler.activate(process)
    scheduler.activate(taker)
    #expect(scheduler.run().isEmpty)
    let texts = kept.withLock { $0.map { String(decoding: $0.payload, as: UTF8.self) } }
    #expect(texts == (0..<40).map { $0 % 3 == 0 ? "none \($0)" : "file \($0)" })
    #expect(faults.all == [])
  }

  @Test func `descriptors and variables are there from the start`() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try "from the start".write(to: file, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    var settings = ChildProgram.settings("descriptor")
    settings.descriptors = [descriptor(of: file.path)]
    #expect(try talk(to: settings, [trigger]).texts.first == "from the start")
    settings = ChildProgram.settings("environment")
    settings.environment["PROCESSES_TEST"] = "a value"
    #expect(try talk(to: settings, [trigger]).texts.first == "a value")
  }

  @Test func `a child gets no descriptor that it wasn't given`() throws {
    // One that isn't closed on exec, as a careless library opens them.
    let careless = unsafe open("/dev/null", O_RDONLY)
    defer { close(careless) }
    #expect(try talk(to: ChildProgram.settings("inherited"), []).texts == ["0 1 2 3 4"])
  }

  @Test func `cycles of start and stop leave nothing behind`() throws {
    // PREVIEW_CYCLES=1000 for the whole of it; each costs a few milliseconds.
    let cycles = ProcessInfo.processInfo.environment["PREVIEW_CYCLES"] ?? "100"
    let parent = Process()
    parent.executableURL = URL(fileURLWithPath: ChildProgram.path)
    parent.arguments = ["cycles", cycles]
    parent.environment = ChildProgram.environment
    let output = Pipe()
    parent.standardOutput = output
    try parent.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    parent.waitUntilExit()
    // Failures reported, descriptors more than before, children, KiB more than before.
    let figures = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    #expect(figures.count == 4)
    #expect(figures.first == (Int(cycles) ?? 0) / 5 * 3)
    #expect(figures.dropFirst().prefix(2) == [0, 0])
    // The address sanitizer keeps what was freed.
    if !ChildProgram.isSanitized { #expect(figures.last ?? .max < 4 << 10, "\(figures)") }
  }

  private func descriptor(of path: String) -> SharedDescriptor {
    SharedDescriptor(Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC)))
  }

  @Test func `nothing is left when the parent is killed, whatever the children do`() throws {
    let parent = Process()
    parent.executableURL = URL(fileURLWithPath: ChildProgram.path)
    parent.arguments = ["parent"]
    parent.environment = ChildProgram.environment
    let output = Pipe()
    parent.standardOutput = output
    try parent.run()
    // It writes its children's numbers on one line, once each has said its own.
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let children = line.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    #expect(children.count == 3)
    #expect(children.allSatisfy(ChildProgram.isAlive))
    kill(parent.processIdentifier, SIGKILL)
    parent.waitUntilExit()
    #expect(eventually { !children.contains(where: ChildProgram.isAlive) })
  }
}

/// Sends parcels, then ends.
final class ParcelGiver: Component {
  let outbox = Outbox<Parcel>()
  private let parcels: [Parcel]
  init(_ parcels: [Parcel]) { self.parcels = parcels }
  override func main() async throws {
    for parcel in parcels { await outbox.send(parcel) }
  }
}

/// Looks again and again until something is so; false when it isn't in time.
func eventually(_ patience: Duration = .seconds(20), _ isSo: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + patience
  while !isSo() {
    if .now > deadline { return false }
    usleep(2000)
  }
  return true
}
