// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc
internal import Internet
internal import Media

/// A child process from its start to its end, as its component sees it.
///
/// Nothing in it waits: each turn does what can be done now.
struct ProcessLife: ~Copyable {
  /// What the component does next.
  enum Step {
    case again
    case pause
    case over(ProcessFailure?)
  }

  /// How far the child has been brought to its end.
  private enum Ending {
    case none, asked, terminated, killed
  }

  private var process: RunningProcess
  private var socket: FrameSocket
  private var errors: LastWords?
  private let board: ProgressBoard
  private let settings: ProcessSettings
  private var clock: DeadlineClock
  /// What came and finds no room in the sink.
  private var waiting: PreviewFrame?
  /// Why we ended it.
  private var cause: ProcessFailure.Cause?
  private var ending = Ending.none
  private var nextStep = Instant(nanoseconds: 0)
  private var wasStopped = false
  /// Its component's error.
  private var told = ""

  /// Starts the process.
  ///
  /// - Throws: ``ProcessFailure``, and `InternetError` when the scheduler can't watch it.
  init(_ settings: ProcessSettings, of component: ProcessComponent) throws {
    var ours: Int32 = -1
    var theirs: Int32 = -1
    let paired = unsafe clinux_socket_pair(&ours, &theirs)
    guard paired == 0 else { throw ProcessFailure(settings, notStarted: -paired) }
    let stream = Descriptor(ours)
    let childStream = Descriptor(theirs)
    var pipe: (reading: Int32, writing: Int32) = (-1, -1)
    if settings.keepsErrors {
      let piped = unsafe clinux_pipe(&pipe.reading, &pipe.writing)
      guard piped == 0 else { throw ProcessFailure(settings, notStarted: -piped) }
    }
    let writing = pipe.writing < 0 ? nil : Descriptor(pipe.writing)
    let errors = pipe.reading < 0 ? nil : try LastWords(Descriptor(pipe.reading), of: component)
    guard let (board, childBoard) = ProgressBoard.make() else {
      throw ProcessFailure(settings, notStarted: errno)
    }
    let passed = [childStream.number, childBoard.number] + settings.descriptors.map(\.number)
    let process = try RunningProcess(
      settings, passing: passed, errors: pipe.writing, of: component)
    _ = consume childStream
    _ = consume writing
    var socket = try FrameSocket(
      stream, of: component, payloadLimit: settings.payloadLimit, takesDescriptors: false)
    if let deadline = settings.deadline {
      let interval = deadline.inNanoseconds / 3000
      try socket.put(Parcel(PreviewFrame(kind: .heartbeat, time: max(1, interval))))
    }
    self.process = process
    self.board = board
    self.errors = errors
    self.socket = socket
    self.settings = settings
    clock = DeadlineClock(
      limit: settings.deadline, budget: settings.budget, board: board, now: component.now)
  }

  mutating func turn(of component: ProcessComponent) throws -> Step {
    process.look()
    var isUnread = errors?.read() ?? false
    clock.isHeldUp(waiting != nil, framesOut: socket.framesOut, now: component.now)
    isUnread = receive(for: component) || isUnread
    if let end = process.end {
      if isUnread { return .again }
      return waiting == nil ? .over(verdict(end, wasStopped: component.isStopping)) : .pause
    }
    let isUnsent = try send(from: component)
    if let reason = socket.damage { kill(.damage(reason)) }
    if component.isStopping || socket.hasReceivedAll { try bringToItsEnd(component) }
    if isHanging(component) { kill(.hung(after: settings.deadline ?? .zero)) }
    if let seconds = clock.overspent(by: process.number) { kill(.fruitless(seconds)) }
    return isUnread || isUnsent ? .again : .pause
  }

  /// Whether its time is over and there is really no sign of it, also none that came just now.
  private mutating func isHanging(_ component: ProcessComponent) -> Bool {
    guard clock.isOver(waiting: waiting != nil, socket.framesOut, of: component) else {
      return false
    }
    socket.lookAgain()
    _ = receive(for: component)
    return clock.isOver(waiting: waiting != nil, socket.framesOut, of: component)
  }

  // MARK: Receiving

  /// Delivers what there is room for; whether there may be more to read.
  private mutating func receive(for component: ProcessComponent) -> Bool {
    for _ in 0..<8 {
      guard deliver(to: component), socket.damage == nil, socket.receive() else { return false }
    }
    return true
  }

  /// Delivers what has come whole; false when the sink has no room.
  private mutating func deliver(to component: ProcessComponent) -> Bool {
    while true {
      if waiting == nil { waiting = nextFrame(at: component.now) }
      guard let frame = waiting else { return true }
      if !component.isStopping {
        if component.outbox.isFull { return false }
        component.outbox.post(frame)
      }
      waiting = nil
    }
  }

  private mutating func nextFrame(at now: Instant) -> PreviewFrame? {
    while let frame = socket.next()?.frame {
      clock.sawSign(at: now)
      guard frame.kind == .heartbeat else {
        clock.sawFrame()
        return frame
      }
      clock.isDone(with: frame.sequence)
      if !frame.payload.isEmpty {
        told = String(decoding: frame.payload.prefix(2048), as: UTF8.self)
      }
    }
    return nil
  }

  // MARK: Sending

  /// Writes what waits, as far as the child takes it; whether there may be more.
  private mutating func send(from component: ProcessComponent) throws -> Bool {
    for _ in 0..<8 {
      guard socket.flush() else { return false }
      if let parcel = component.parcels.take() { try socket.put(parcel) }
      while socket.mayGather, let frame = component.inbox.take() {
        if frame.kind != .heartbeat { try socket.put(Parcel(frame)) }
      }
      guard socket.isFlushed else { continue }
      if component.isFedNoMore || ending != .none {
        socket.closeSending()
        clock.wasAskedToEnd(now: component.now)
      }
      return false
    }
    return true
  }

  // MARK: Ending

  private mutating func kill(_ cause: ProcessFailure.Cause) {
    if self.cause == nil { self.cause = cause }
    process.send(signal: SIGKILL)
    ending = .killed
  }

  /// Asks, insists, kills: a step at a time.
  private mutating func bringToItsEnd(_ component: ProcessComponent) throws(FramingError) {
    let now = component.now
    if component.isStopping, !wasStopped {
      wasStopped = true
      if ending == .asked { setNextStep(in: settings.patience, component) }
    }
    guard ending != .killed, ending == .none || now >= nextStep else { return }
    switch ending {
    case .none:
      ending = .asked
      let word = PreviewFrame(kind: .heartbeat, payload: Array(ChildSide.stopWord.utf8))
      try socket.put(Parcel(word))
      if socket.flush() { socket.closeSending() }
    case .asked:
      ending = .terminated
      if !component.isStopping { cause = .closedEarly }
      process.send(signal: SIGTERM)
    case .terminated, .killed: kill(.closedEarly)
    }
    guard ending != .killed else { return }
    // One that has closed its stream is on its way out: that may take as long as anything else.
    let isLeaving = ending == .asked && !component.isStopping
    let time = isLeaving ? settings.deadline : nil
    setNextStep(in: time ?? settings.patience, component)
  }

  private mutating func setNextStep(in time: Duration, _ component: ProcessComponent) {
    nextStep = component.now + time
    component.scheduler.wake(component.handle, at: nextStep)
  }

  private func verdict(_ end: RunningProcess.End, wasStopped: Bool) -> ProcessFailure? {
    guard !wasStopped, let cause = cause ?? cause(of: end) else { return nil }
    let heard = errors?.text ?? ""
    return ProcessFailure(
      program: settings.name, process: process.number, cause: cause,
      lastWords: told.isEmpty ? heard : told, wasReady: clock.isReady)
  }

  private func cause(of end: RunningProcess.End) -> ProcessFailure.Cause? {
    switch end {
    case .exitCode(0):
      if let reason = socket.damage { return .damage(reason) }
      return socket.isCut ? .damage("it ended in the middle of a frame") : nil
    case .exitCode(Int32(CLINUX_EXIT_MEMORY)) where settings.limits.memory != nil:
      return .memoryLimit(settings.limits.memory ?? 0)
    case .exitCode(let code): return .exitCode(code)
    case .signal(SIGSYS): return .forbiddenCall(board.forbiddenCall.map(SystemCalls.name))
    case .signal(SIGXCPU) where settings.limits.cpuSeconds != nil:
      return .timeLimit(settings.limits.cpuSeconds ?? 0)
    case .signal(let number): return .signal(number)
    case .lost: return .lost
    }
  }
}
