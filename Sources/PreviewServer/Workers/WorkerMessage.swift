// SPDX-License-Identifier: Apache-2.0
public import Media

/// What server and decoder process say to each other besides pictures: control frames of the preview
/// stream on a socket pair.
///
/// The server opens each recording and passes the descriptor along with the request; the process
/// opens nothing. It makes pictures of a job only as far as it was granted, so a viewer that stops
/// stops its decoder, and jobs share a process fairly.
public enum WorkerMessage: Equatable, Sendable {
  /// To the worker: make pictures of the recording whose descriptor comes along. A request frame.
  case open(job: Int, request: PreviewRequest)
  /// To the worker: make at most so many more.
  case grant(job: Int, pictures: Int)
  /// To the worker: forget the job.
  case close(job: Int)
  /// To the server: the frames that follow belong to this job.
  case working(job: Int)
  /// To the server: all that was granted has been made.
  case spent(job: Int)

  private static let jobField = "Job"

  /// The message as a frame.
  public var frame: PreviewFrame {
    var fields = MIMEDictionary()
    switch self {
    case .open(let job, let request):
      var block = MIMEDictionary(request.payload)
      block.append(Self.jobField, "\(job)")
      return PreviewFrame(kind: .request, payload: block.bytes)
    case .grant(let job, let pictures):
      fields.append("Control", "grant")
      fields.append(Self.jobField, "\(job)")
      fields.append("Pictures", "\(pictures)")
    case .close(let job):
      fields.append("Control", "close")
      fields.append(Self.jobField, "\(job)")
    case .working(let job):
      fields.append("Control", "working")
      fields.append(Self.jobField, "\(job)")
    case .spent(let job):
      fields.append("Control", "spent")
      fields.append(Self.jobField, "\(job)")
    }
    return PreviewFrame(kind: .control, payload: fields.bytes)
  }

  /// Reads a message; `nil` for frames that are none.
  public init?(_ frame: PreviewFrame) {
    let fields = MIMEDictionary(frame.payload)
    guard let job = fields[Self.jobField].flatMap({ Int($0) }) else { return nil }
    if frame.kind == .request {
      guard let request = try? PreviewRequest(payload: frame.payload) else { return nil }
      self = .open(job: job, request: request)
      return
    }
    guard frame.kind == .control else { return nil }
    switch fields["Control"] {
    case "grant":
      guard let pictures = fields["Pictures"].flatMap({ Int($0) }) else { return nil }
      self = .grant(job: job, pictures: pictures)
    case "close": self = .close(job: job)
    case "working": self = .working(job: job)
    case "spent": self = .spent(job: job)
    default: return nil
    }
  }
}
