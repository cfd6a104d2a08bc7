// SPDX-License-Identifier: Apache-2.0
import Arguments
import Media
import Terminal

/// The command line's values as they stand there.
struct ClientValues: Sendable {
  var source = ""
  var isList = false
  var isSound = false
  var render: RenderMode?
  var folder: String?
  var driver: String?
  var file: String?
  var interval = Duration.seconds(10)
  var width = 320
  var quality = 75
  var start = Duration.zero
  var end: Duration?
  var count: Int?
  var mode = PreviewRequest.Mode.auto
  var pace = Pace.realtime

  /// The job, or what doesn't go together.
  func job() throws(Refusal) -> Job {
    let url = try url()
    let isSound = isSound || url?.operation == .sound
    if let end, end <= start { throw Refusal("--end must be later than --start") }
    if isList, isSound { throw Refusal("--list and sound don't go together") }
    if isSound, render != nil || folder != nil {
      throw Refusal("--render and --save are for pictures, not for sound")
    }
    if !isSound, driver != nil || file != nil {
      throw Refusal("--driver and --output are for sound: ask for it with --listen-audio")
    }
    let purpose: Job.Purpose =
      isList
      ? .list
      : isSound
        ? .sound(drivers: driver.map { [$0] } ?? ["pulse", "alsa"], file: file)
        : .pictures(render: render ?? (folder == nil ? .auto : nil), folder: folder)
    guard let url else { return Job(origin: .standardInput, purpose: purpose, name: "-") }
    let request = try request(isList ? .list : isSound ? .sound : .preview, url.title)
    return Job(
      origin: .server(host: url.host, port: UInt16(url.port), request), purpose: purpose,
      name: url.description)
  }

  /// The URL; `nil` for standard input.
  private func url() throws(Refusal) -> PreviewURL? {
    if source == "-" {
      if isList { throw Refusal("--list needs a server: HOST or preview://HOST/") }
      return nil
    }
    // A list is asked of a server: its name alone will do.
    let text = isList && !source.contains("://") ? "preview://\(source)/" : source
    let url: PreviewURL
    do throws(MessageError) {
      url = try PreviewURL(text)
    } catch {
      throw Refusal(error.description)
    }
    guard url.title != nil || isList else {
      throw Refusal("\(url) names no recording; --list shows what there is")
    }
    return url
  }

  private func request(
    _ operation: PreviewRequest.Operation, _ title: String?
  ) throws(Refusal) -> PreviewRequest {
    var request = PreviewRequest(operation, title: title)
    request.interval = interval
    request.width = width
    request.quality = quality
    request.start = start
    request.end = end
    request.count = count
    request.mode = mode
    switch pace {
    case .realtime: request.pace = .realtime
    case .asap: request.pace = .asap
    case .rate(let rate): request.pace = .rate(rate)
    }
    do {
      try request.validate()
    } catch {
      throw Refusal(error.description)
    }
    return request
  }
}
