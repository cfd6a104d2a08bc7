// SPDX-License-Identifier: Apache-2.0
import Media
import PreviewServer
import Testing

@Suite struct WorkerMessageTests {
  static let messages: [WorkerMessage] = {
    var request = PreviewRequest(.preview, title: "Größe/a b.mpg")
    request.interval = .milliseconds(40)
    request.start = .seconds(3)
    request.end = .microseconds(7_500_001)
    request.count = 3
    request.mode = .exact
    request.pace = .rate(2.5)
    return [
      .open(job: 1, request: request), .open(job: 2, request: .init(.preview, title: "a")),
      .grant(job: .max, pictures: 24), .close(job: 0), .working(job: 7), .spent(job: 8),
    ]
  }()

  @Test(arguments: messages)
  func `a message comes back from its frame`(message: WorkerMessage) throws {
    var framer = Framer()
    var deframer = Deframer()
    deframer.push(try framer.bytes(of: message.frame))
    let frame = try #require(try deframer.next())
    #expect(WorkerMessage(frame) == message)
  }

  @Test func `other frames are no message`() {
    #expect(WorkerMessage(PreviewFrame(kind: .picture, payload: [1, 2])) == nil)
    #expect(
      WorkerMessage(PreviewFrame(kind: .control, payload: Array("Job: 1\r\n\r\n".utf8))) == nil)
    #expect(
      WorkerMessage(PreviewFrame(kind: .request, payload: Array("Job: x\r\n\r\n".utf8))) == nil)
  }
}
