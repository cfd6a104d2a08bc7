// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Testing

/// Recordings that are still being recorded, as viewers see them.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct PreviewdGrowingTests {
  /// What an extraction from the finished recording gives.
  private func finished(_ request: PreviewRequest) throws -> Answer {
    let folder = try Scratch()
    try folder.write(GrowingRecording.name, try #require(GrowingRecording.whole))
    return try PreviewdServer([folder.path]).answer(to: request)
  }

  private func request(_ mode: PreviewRequest.Mode = .exact) -> PreviewRequest {
    .pictures(GrowingRecording.name, every: .milliseconds(500), mode: mode)
  }

  /// Reads on to so many pictures.
  private func read(_ count: Int, _ connection: ServerConnection, _ answer: inout Answer) throws {
    while answer.pictures.count < count {
      answer.frames.append(try #require(try connection.next()))
    }
  }

  private func expectSame(_ answer: Answer, _ other: Answer) {
    #expect(answer.pictures.map(\.time) == other.pictures.map(\.time))
    #expect((answer.pictures.map(\.payload) == other.pictures.map(\.payload)) == true)
    #expect(answer.end == other.end)
  }

  @Test(arguments: [PreviewRequest.Mode.exact, .keyframe])
  func `pictures come as they are recorded, those of the finished recording`(
    mode: PreviewRequest.Mode
  ) throws {
    let recording = try GrowingRecording(share: 0.4)
    let server = try PreviewdServer([recording.folder.path])
    let connection = try server.connect()
    try connection.ask(request(mode))
    var answer = Answer()
    try read(20, connection, &answer)
    let description = try #require(answer.description)
    #expect(description.isGrowing && description.duration == nil)
    #expect(description.pictures?.slots == nil)
    try recording.grow(to: 0.7)
    try read(36, connection, &answer)
    try recording.grow(to: 0.95)
    try read(50, connection, &answer)
    try recording.grow(to: 1)
    try recording.finish()
    answer.frames += try connection.answer().frames
    expectSame(answer, try finished(request(mode)))
    // What comes afterwards is a recording like any other.
    let again = try server.answer(to: request(mode))
    #expect(again.description?.isGrowing == false && again.description?.pictures?.slots == 60)
    expectSame(again, answer)
  }

  @Test func `the list says what is being recorded`() throws {
    let recording = try GrowingRecording(share: 0.1)
    try recording.folder.write("done.ts", try #require(GrowingRecording.whole))
    let server = try PreviewdServer([recording.folder.path])
    // Programs that other tests start hold our files open for a moment, before they are themselves.
    let isSo = eventually {
      let answer = try? server.answer(to: PreviewRequest(.list))
      let entries = (answer?.frames.first).flatMap { try? Listing(payload: $0.payload).entries }
      return entries?.map(\.title) == ["done.ts", "live.ts"]
        && entries?.map(\.isGrowing) == [false, true]
    }
    #expect(isSo)
  }

  @Test func `a recording that has only just begun is waited for`() throws {
    let recording = try GrowingRecording(share: 0.001)
    let server = try PreviewdServer([recording.folder.path])
    let connection = try server.connect()
    try connection.ask(request())
    _ = try server.running.nextLine(of: .errors) { $0.contains("request") }
    try recording.grow(to: 1)
    try recording.finish()
    expectSame(try connection.answer(), try finished(request()))
  }

  @Test func `viewers of a recording that grows share it`() throws {
    let recording = try GrowingRecording(share: 0.5)
    let server = try PreviewdServer([recording.folder.path])
    let connections = try (0..<3).map { _ in try server.connect() }
    var answers = [Answer(), Answer(), Answer()]
    for (number, connection) in connections.enumerated() {
      try connection.ask(request())
      try read(10, connection, &answers[number])
    }
    try recording.grow(to: 1)
    try recording.finish()
    let whole = try finished(request())
    for (number, connection) in connections.enumerated() {
      answers[number].frames += try connection.answer().frames
      expectSame(answers[number], whole)
    }
  }

  @Test func `when the writer is killed, what it wrote is served to its end`() throws {
    let recording = try GrowingRecording(share: 0.5)
    let server = try PreviewdServer([recording.folder.path])
    let connection = try server.connect()
    try connection.ask(request())
    var answer = Answer()
    try read(20, connection, &answer)
    recording.killWriter()
    answer.frames += try connection.answer().frames
    expectSame(answer, try server.answer(to: request()))
  }

  @Test func `a recording that grows no more ends after the quiet time`() throws {
    let recording = try GrowingRecording(share: 0.5)
    let server = try PreviewdServer([recording.folder.path], options: ["--quiet-time", "0.5"])
    let answer = try server.answer(to: request())
    // Cut anywhere, its last picture may be damaged, which is said.
    let end = try #require(answer.end)
    #expect(end.status == .complete || end.reason?.contains("damaged") ?? false, "\(end)")
    #expect(answer.pictures.count >= 28)
  }

  @Test func `a recording deleted while it grows gives what there was, and says so`() throws {
    let recording = try GrowingRecording(share: 0.5)
    let server = try PreviewdServer([recording.folder.path])
    let connection = try server.connect()
    try connection.ask(request())
    var answer = Answer()
    try read(20, connection, &answer)
    _ = unsafe unlink(recording.path)
    answer.frames += try connection.answer().frames
    #expect(answer.end?.status == .partial && answer.pictures.count >= 28)
    #expect(answer.end?.reason?.contains("deleted or replaced") == true)
    try connection.ask(request())
    #expect(try connection.answer().failure?.code == .notFound)
  }

  @Test func `a recording replaced while it grows ends; the new one is served anew`() throws {
    let recording = try GrowingRecording(share: 0.5)
    let server = try PreviewdServer([recording.folder.path])
    let connection = try server.connect()
    try connection.ask(request())
    var answer = Answer()
    try read(20, connection, &answer)
    try recording.folder.write("other", try #require(GrowingRecording.whole))
    _ = unsafe rename(recording.folder.path + "/other", recording.path)
    answer.frames += try connection.answer().frames
    #expect(answer.end?.status == .partial)
    #expect(try server.answer(to: request()).pictures.count == 60)
  }

  @Test func `a recording cut short while it grows ends with a clear word`() throws {
    let recording = try GrowingRecording(share: 0.5)
    let server = try PreviewdServer([recording.folder.path])
    let connection = try server.connect()
    try connection.ask(request())
    var answer = Answer()
    try read(20, connection, &answer)
    _ = unsafe truncate(recording.path, 100_000)
    answer.frames += try connection.answer().frames
    #expect(answer.end?.status == .partial)
    #expect(answer.end?.reason?.contains("cut short") == true)
  }

  @Test func `a decoder killed while it waits for more is replaced, and nothing is lost`() throws {
    let recording = try GrowingRecording(share: 0.5)
    let server = try PreviewdServer([recording.folder.path], options: ["--workers", "1"])
    let connection = try server.connect()
    try connection.ask(request())
    var answer = Answer()
    try read(28, connection, &answer)
    // It has made what there is to make, or is about to say so.
    usleep(200_000)
    let killed = try #require(server.workers.first)
    kill(killed, SIGKILL)
    _ = try server.running.nextLine(of: .errors) { $0.contains("decoder died") }
    try recording.grow(to: 1)
    try recording.finish()
    answer.frames += try connection.answer().frames
    let whole = try finished(request())
    #expect(answer.pictures.map(\.time) == whole.pictures.map(\.time))
    #expect((answer.pictures.map(\.payload) == whole.pictures.map(\.payload)) == true)
    #expect(answer.end?.status == .complete)
  }
}
