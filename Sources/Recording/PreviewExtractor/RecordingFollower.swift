// SPDX-License-Identifier: Apache-2.0

/// Takes the preview pictures out of a recording while it is being recorded.
///
/// ```swift
/// let follower = try RecordingFollower(path: "news.ts", settings: PreviewSettings())
/// switch try follower.step() {
/// case .picture(let frame): store(frame.jpeg, at: frame.slot)
/// case .waiting(let why): ...   // until it grew: follower.recordingGrew()
/// case .end: print(follower.verdict)
/// }
/// ```
/// A slot is served once nothing that is still to be recorded can change its picture: what comes out
/// is what an extraction from the finished recording gives, byte for byte, the verdict too. It
/// doesn't watch: whoever does says that the recording grew or ended.
///
/// Owned by one component or thread at a time.
public final class RecordingFollower {
  /// Where following has got to.
  public enum Step: Sendable {
    /// The next slot's picture.
    case picture(ExtractedFrame)
    /// More must be recorded first, for this reason.
    case waiting(String)
    /// No more pictures.
    case end
  }

  /// The extraction, once enough is recorded to open the recording.
  public private(set) var extractor: PreviewExtractor?
  /// How it ended; what it is up to now, before the end.
  public var verdict: ExtractionVerdict {
    ending ?? extractor?.verdict
      ?? .failed(reason: RecordingError.Reason.notRecordedYet.sentence)
  }

  private let file: FileSource
  private let settings: PreviewSettings
  private var reason = RecordingError.Reason.empty.sentence
  /// Bytes when it was last tried to open it.
  private var triedAt: Int64 = -1
  private var ending: ExtractionVerdict?
  /// Bytes without which no container is told from another for sure.
  private static let fewestBytes: Int64 = 64 << 10
  /// Bytes after which more don't help to tell what a file is.
  private static let mostBytes: Int64 = 16 << 20

  /// Follows the recording at a path, which may be empty yet.
  ///
  /// - Parameters:
  ///   - path: Of a plain file.
  ///   - settings: Without ``PreviewSettings/fault``.
  /// - Throws: ``RecordingError``: missing, not permitted, not a file.
  public init(path: String, settings: PreviewSettings) throws(RecordingError) {
    file = try FileSource(path: path, patience: Container.defaultPatience, isGrowing: true)
    self.settings = settings
  }

  /// Takes over an open descriptor, which is closed in the end.
  ///
  /// - Parameters:
  ///   - descriptor: Open for reading; its own offset is neither used nor changed.
  ///   - name: What to call it in errors; its ending helps where the bytes don't tell enough.
  ///   - settings: Without ``PreviewSettings/fault``.
  /// - Throws: ``RecordingError``: not a file.
  public init(
    descriptor: Int32, name: String, settings: PreviewSettings
  ) throws(RecordingError) {
    file = try FileSource(
      descriptor: descriptor, name: name, patience: Container.defaultPatience, isGrowing: true)
    self.settings = settings
  }

  /// What there is for the next slot.
  ///
  /// - Returns: A picture; why there is none yet; or the end, after which ``verdict`` says whether
  ///   all was served.
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do. What was served before
  ///   stays good, and the verdict says how much it is.
  public func step() throws(RecordingError) -> Step {
    if ending != nil { return .end }
    guard let extractor = try open() else { return .waiting(reason) }
    return switch try extractor.step() {
    case .picture(let frame): .picture(frame)
    case .waiting: .waiting(RecordingError.Reason.notRecordedYet.sentence)
    case .end: .end
    }
  }

  /// The recording may have grown.
  ///
  /// - Returns: Whether it has.
  /// - Throws: ``RecordingError``: it became shorter. What was served stays good.
  @discardableResult
  public func recordingGrew() throws(RecordingError) -> Bool {
    if let extractor { return try extractor.recordingGrew() }
    // Before anything was read of it, it may also begin anew.
    return file.look() != .none
  }

  /// Nothing will be added any more: ``step()`` serves what remains.
  ///
  /// - Parameter fault: Why what follows is lost, where it is: the verdict names it.
  /// - Throws: ``RecordingError``: it can't be opened any more, it became shorter.
  public func recordingEnded(because fault: String? = nil) throws(RecordingError) {
    guard ending == nil, file.isGrowing else { return }
    if let extractor {
      try extractor.recordingEnded(because: fault)
    } else {
      file.stopGrowing()
      triedAt = -1
      if file.size == 0 {
        let error = RecordingError(name: file.name, reason: .empty)
        ending = .failed(reason: fault ?? error.reason.sentence)
        throw error
      }
    }
  }

  /// Opens the recording, where that wasn't done.
  ///
  /// - Returns: `nil` while too little is recorded.
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  @discardableResult
  public func open() throws(RecordingError) -> PreviewExtractor? {
    if let extractor { return extractor }
    if file.isGrowing, file.size < Self.fewestBytes || file.size == triedAt { return nil }
    triedAt = file.size
    file.renewDeadline()
    file.rewind()
    do {
      let container = try Container(file: file)
      if container.wasOpenedTooEarly {
        reason = RecordingError.Reason.notRecordedYet.sentence
        return nil
      }
      let extractor = try PreviewExtractor(container: container, settings: settings)
      self.extractor = extractor
      return extractor
    } catch {
      let isHopeless = error.reason == .unfinishedMP4 && hasDataBeforeList
      if file.isGrowing, error.reason.mayMend, !isHopeless, file.size < Self.mostBytes {
        reason = error.reason.sentence
        return nil
      }
      ending = .failed(reason: error.reason.sentence)
      throw error
    }
  }

  /// An MP4 whose pictures come before their list: that is written last, in place.
  private var hasDataBeforeList: Bool {
    let head = file.beginning(64)
    var place = 0
    while place + 8 <= head.count {
      let size = head[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let kind = head[place + 4..<place + 8]
      if kind.elementsEqual("mdat".utf8) { return true }
      if kind.elementsEqual("moov".utf8) || size < 8 { return false }
      place += size
    }
    return false
  }
}

extension RecordingError.Reason {
  /// More of the recording may tell something else.
  fileprivate var mayMend: Bool {
    switch self {
    case .empty, .notARecording, .unfinishedMP4, .soundOnly, .noVideo, .scrambled, .nothingDecoded:
      true
    default: false
    }
  }
}
