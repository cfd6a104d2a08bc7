// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Decoders
internal import Glibc
internal import Internet
internal import Media
internal import Outputs
internal import Processes

/// All that is done for one recording besides decoding it: opens it, keeps its pictures, feeds the
/// outputs, and gives a verdict.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | what the decoders give |
/// | `outbox` | what is wanted of them, and in the end the result |
///
/// It ends with its result. A thread of its own, since disks are slow.
final class RecordingTask: ThreadedComponent {
  let inbox = Inbox<TaskMessage>(capacity: 1024)
  let outbox = Outbox<TaskReport>()
  private let number: Int
  private let recording: FoundRecording
  private let settings: BatchSettings
  /// Woken when there is room for more pictures.
  private let decoders: Handle
  private var result: RecordingResult

  /// A task for recording `number` of a run.
  init(
    _ number: Int, _ recording: FoundRecording, settings: BatchSettings, decoders: Handle
  ) {
    self.number = number
    self.recording = recording
    self.settings = settings
    self.decoders = decoders
    result = RecordingResult(recording: recording.path)
  }

  override func threadMain() {
    let start = now
    do throws(MediaError) {
      try work()
    } catch {
      fail(error)
    }
    result.elapsed = now - start
    outbox.blockingSend(.over(recording: number, result))
  }

  private func fail(_ error: MediaError) {
    result.verdict = .failed(reason: "\(error)")
    result.wasWriteFailure = !result.wasNoInput
  }

  private func work() throws(MediaError) {
    guard let file = open() else { return }
    let key = try ContentKey(descriptor: file.number, name: recording.path)
    let id = settings.id(of: recording, key: key)
    if isDone(id) { return }
    if settings.isRehearsal {
      result.verdict = .complete
      return
    }
    let keeping = settings.state.map { Assembly.Keeping(folder: $0, id: id) }
    if let keeping { try OutputFile.makeFolder(keeping.folder.path) }
    var kept = keeping.map { self.kept($0) } ?? []
    var assembly = try assembly(kept, keeping, key)
    do throws(MediaError) {
      while try !fill(assembly, of: file, key: key, kept: kept) {
        assembly.abandon()
        assembly.removeJournals()
        kept = []
        assembly = try self.assembly(kept, keeping, key)
      }
      try conclude(assembly, id: id)
    } catch {
      assembly.abandon()
      throw error
    }
  }

  // MARK: Before

  private var firstSlot: Int {
    let pictures = settings.request.pictures
    return SlotGrid.slots(
      before: pictures.start.wholeMicroseconds, interval: pictures.interval.wholeMicroseconds)
  }

  private func assembly(
    _ kept: [Journal.Kept], _ keeping: Assembly.Keeping?, _ key: ContentKey
  ) throws(MediaError) -> Assembly {
    let assembly = try Assembly(
      outputs: settings.outputs(recording), first: firstSlot, kept: kept, keeping: keeping,
      recording: outputRecording(byteCount: key.byteCount))
    result.picturesKept = assembly.tally.served
    return assembly
  }

  private func open() -> SharedDescriptor? {
    let number = unsafe Glibc.open(recording.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard number >= 0 else {
      let code = errno
      result.wasNoInput = code == ENOENT || code == ENOTDIR
      result.verdict = .failed(
        reason: result.wasNoInput
          ? "no such file: check the name"
          : code == EACCES || code == EPERM
            ? "may not be read: check its permissions"
            : "open: \(unsafe String(cString: strerror(code))): check the disk")
      return nil
    }
    let file = SharedDescriptor(Descriptor(number))
    var facts = stat()
    guard unsafe fstat(number, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      result.wasNoInput = true
      result.verdict = .failed(
        reason: "is not a plain file: give a file, not a directory, pipe or device")
      return nil
    }
    return file
  }

  /// The same outputs were made before and are still there.
  private func isDone(_ id: String) -> Bool {
    guard !settings.repeats, let state = settings.state,
      let bytes = state.read(state.manifest(id)), let manifest = Manifest(bytes), manifest.holds
    else { return false }
    result.wasUnchanged = true
    result.outputs = manifest.outputs.map(\.path)
    result.times = manifest.times
    let asked = manifest.end.framesSent + manifest.end.slotsMissed
    result.judge(
      PictureTally(served: manifest.end.framesSent), asked: asked, endings: [manifest.end])
    return true
  }

  private func kept(_ keeping: Assembly.Keeping) -> [Journal.Kept] {
    keeping.folder.journals(keeping.id).compactMap { first in
      let path = keeping.folder.journal(keeping.id, first: first)
      if !settings.repeats, let kept = Journal.recover(path, first: first) { return kept }
      keeping.folder.remove(path)
      return nil
    }
  }

  private func outputRecording(
    byteCount: Int64
  ) -> (PreviewDescription) -> OutputRecording {
    let name = recording.name
    let request = settings.request.pictures
    return { description in
      let pictures =
        description.pictures
        ?? PreviewDescription.Pictures(
          width: request.width, height: request.width, interval: request.interval,
          mode: request.mode, slots: nil)
      return OutputRecording(
        name: name, byteCount: byteCount, facts: description, pictures: pictures)
    }
  }

  // MARK: Decoding

  /// Has the slots decoded that aren't kept, and takes them.
  ///
  /// - Returns: `false` where all must be decoded anew.
  private func fill(
    _ assembly: Assembly, of file: SharedDescriptor, key: ContentKey, kept: [Journal.Kept]
  ) throws(MediaError) -> Bool {
    let stretches = Stretches(first: firstSlot, kept: kept)
    var keyMap = KeptKeyMap(settings.state, of: key)
    outbox.blockingSend(
      .wanted(
        TaskReport.Wanted(
          recording: number, descriptor: file, byteCount: key.byteCount, keyMap: keyMap.bytes,
          stretches: stretches, kept: assembly.tally.served)))
    let start = now
    var firstTime: Int64?
    var isOver = false
    while !isOver, let message = inbox.blockingNext() {
      switch message {
      case .begun(let description): try assembly.begin(description)
      case .split(let stretch, let slot): try assembly.split(stretch, at: slot)
      case .dependsOnHistory: try assembly.forbidGoingOn()
      case .picture(let picture, let client):
        firstTime = firstTime ?? picture.askedTime
        if let pace = settings.pace {
          sleep(until: start + .microseconds(picture.askedTime - (firstTime ?? 0)) / pace)
        }
        try assembly.add(picture, of: client.first)
        client.makeRoom(decoders)
        if settings.countsPictures { outbox.blockingSend(.fed(recording: number)) }
      case .ended(let stretch, let decoded, let found, let statistics):
        result.statistics += statistics
        try end(stretch, decoded, in: assembly)
        if let found { keyMap.add(found) }
      case .anew(let statistics):
        result.statistics += statistics
        return false
      case .over: isOver = true
      }
    }
    keyMap.keep()
    result.wasInterrupted = !isOver
    return true
  }

  private func end(
    _ stretch: Int, _ decoded: DecodingResult?, in assembly: Assembly
  ) throws(MediaError) {
    switch decoded?.ending {
    case nil: try assembly.end(stretch, nil)
    case .end(let end): try assembly.end(stretch, end)
    case .failure(let failure):
      let name = recording.name + ": "
      let reason =
        failure.reason.hasPrefix(name)
        ? String(failure.reason.dropFirst(name.count)) : failure.reason
      try assembly.end(stretch, PreviewEnd(.failed, reason: reason, framesSent: 0))
    }
  }

  private func sleep(until moment: Instant) {
    while !isStopping, now < moment {
      let left = min((moment - now).inNanoseconds, 200_000_000)
      var time = timespec(tv_sec: 0, tv_nsec: Int(left))
      unsafe nanosleep(&time, nil)
    }
  }

  // MARK: After

  private func conclude(_ assembly: Assembly, id: String) throws(MediaError) {
    result.times = assembly.times
    result.damaged = assembly.tally.damaged
    result.replaced = assembly.noted
    let asked = assembly.description?.pictures?.slots
    result.judge(assembly.tally, asked: asked, endings: assembly.endings)
    // An interrupted run goes on where it was; its outputs aren't shown half done.
    guard !result.wasInterrupted else { return assembly.abandon() }
    let end = previewEnd(asked: asked)
    let outputEnd = OutputEnd(
      end.status, reason: end.reason, served: assembly.tally.served, missed: end.slotsMissed,
      duration: assembly.description?.duration)
    result.outputs = try assembly.publish(outputEnd)
    guard let state = settings.state, assembly.isWhole else { return }
    // What a decoder died of may go better another time: that isn't kept as done.
    guard !assembly.endings.contains(where: { $0?.status == .failed }) else { return }
    let manifest = Manifest(
      recording: recording.path, published: result.outputs, end: end, times: result.times)
    let file = try OutputFile(state.manifest(id))
    try file.write(manifest.bytes)
    try file.publish()
    assembly.removeJournals()
  }

  private func previewEnd(asked: Int?) -> PreviewEnd {
    let served = result.pictures
    let missed = max(0, (asked ?? served) - served)
    switch result.verdict {
    case .complete: return PreviewEnd(.complete, framesSent: served)
    case .partial(_, let reason):
      return PreviewEnd(.partial, reason: reason, framesSent: served, slotsMissed: missed)
    case .failed(let reason):
      return PreviewEnd(.failed, reason: reason, framesSent: served, slotsMissed: missed)
    }
  }
}
