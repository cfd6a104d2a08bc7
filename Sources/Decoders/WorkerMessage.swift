// SPDX-License-Identifier: Apache-2.0
public import Media

/// What a pool and a decoder process say to each other besides pictures: control frames of the
/// preview stream on a socket pair.
///
/// The pool's side has each recording opened and passes the descriptor along with the request; the
/// process opens nothing. It makes pictures of a job only as far as it was granted, so a viewer that
/// stops stops its decoder, and jobs share a process fairly.
///
/// | to the process | to the pool |
/// |---|---|
/// | `open`, with the descriptor | `working`; a description or an error |
/// | `grant` | `working`, pictures; `spent` when all that was granted is made |
/// | | `statistics` before the last picture of a grant |
/// | | `undividable` before the description, or as soon as it is found out |
/// | | `statistics`, `keyMap`, an end or an error: then the job is forgotten |
/// | `cut`: end before a slot, which is another's | `statistics`, `keyMap`, an end |
/// | `close`: forget the job | |
/// | `grew`, `ended`: what became of a recording that is followed | `waiting`: nothing to do until then |
public enum WorkerMessage: Equatable, Sendable {
  /// To the worker: make pictures of the recording whose descriptor comes along. A request frame.
  case open(job: Int, request: DecodingRequest)
  /// To the worker: make at most so many more.
  case grant(job: Int, pictures: Int)
  /// To the worker: make no picture of that slot or a later one, and end.
  case cut(job: Int, slot: Int)
  /// To the worker: forget the job.
  case close(job: Int)
  /// To the worker: the recording may have grown.
  case grew(job: Int)
  /// To the worker: nothing will be added to the recording; why what follows is lost, where it is.
  case ended(job: Int, fault: String?)
  /// To the pool: what comes next isn't recorded yet.
  case waiting(job: Int)
  /// To the pool: the frames that follow belong to this job.
  case working(job: Int)
  /// To the pool: all that was granted has been made.
  case spent(job: Int)
  /// To the pool: a process that began at a later slot would give other pictures of the recording, or
  /// read all that lies before.
  case undividable(job: Int)
  /// To the pool, before the last picture of a grant and before the end: what it took since the
  /// recording was opened.
  case statistics(job: Int, DecodingStatistics)
  /// To the pool, before the end: where the key pictures lie.
  case keyMap(job: Int, [UInt8])

  private static let jobField = "Job"

  /// The message as a frame.
  public var frame: PreviewFrame {
    switch self {
    case .open(let job, let request):
      return PreviewFrame(kind: .request, payload: request.payload(job: job))
    case .grant(let job, let pictures):
      return Self.control("grant", job) { $0.append("Pictures", "\(pictures)") }
    case .cut(let job, let slot):
      return Self.control("cut", job) { $0.append("Slot", "\(slot)") }
    case .close(let job): return Self.control("close", job)
    case .grew(let job): return Self.control("grew", job)
    case .ended(let job, let fault):
      return Self.control("ended", job) { if let fault { $0.append("Fault", fault) } }
    case .waiting(let job): return Self.control("waiting", job)
    case .working(let job): return Self.control("working", job)
    case .spent(let job): return Self.control("spent", job)
    case .undividable(let job): return Self.control("undividable", job)
    case .statistics(let job, let statistics):
      return Self.control("statistics", job) { statistics.append(to: &$0) }
    case .keyMap(let job, let bytes): return Self.control("key-map", job) { $0.body = bytes }
    }
  }

  private static func control(
    _ word: String, _ job: Int, _ add: (inout MIMEDictionary) -> Void = { _ in }
  ) -> PreviewFrame {
    var fields = MIMEDictionary()
    fields.append("Control", word)
    fields.append(Self.jobField, "\(job)")
    add(&fields)
    return PreviewFrame(kind: .control, payload: fields.bytes)
  }

  /// Reads a message; `nil` for frames that are none.
  public init?(_ frame: PreviewFrame) {
    guard frame.kind == .request || frame.kind == .control else { return nil }
    let fields = MIMEDictionary(frame.payload)
    guard let job = fields[Self.jobField].flatMap({ Int($0) }) else { return nil }
    if frame.kind == .request {
      guard let request = DecodingRequest(payload: frame.payload) else { return nil }
      self = .open(job: job, request: request)
      return
    }
    switch fields["Control"] {
    case "grant":
      guard let pictures = fields["Pictures"].flatMap({ Int($0) }) else { return nil }
      self = .grant(job: job, pictures: pictures)
    case "cut":
      guard let slot = fields["Slot"].flatMap({ Int($0) }) else { return nil }
      self = .cut(job: job, slot: slot)
    case "close": self = .close(job: job)
    case "grew": self = .grew(job: job)
    case "ended": self = .ended(job: job, fault: fields["Fault"])
    case "waiting": self = .waiting(job: job)
    case "working": self = .working(job: job)
    case "spent": self = .spent(job: job)
    case "undividable": self = .undividable(job: job)
    case "statistics":
      guard let statistics = DecodingStatistics(fields) else { return nil }
      self = .statistics(job: job, statistics)
    case "key-map": self = .keyMap(job: job, fields.body)
    default: return nil
    }
  }
}
