// SPDX-License-Identifier: Apache-2.0
import Decoders
import Media
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
    var all = DecodingRequest(request)
    all.otherWidths = [160, 4096]
    all.skipsBlack = true
    all.prefersScenes = true
    all.wantsKeyMap = true
    all.takesTurns = false
    all.gathers = true
    // What would end a header in a header doesn't in a body.
    all.keyMap = [13, 10, 13, 10, 0, 255]
    var statistics = DecodingStatistics()
    statistics.bytesRead = .max
    statistics.seeks = 1
    statistics.packets = 2
    statistics.pictures = 3
    return [
      .open(job: 1, request: DecodingRequest(request)), .open(job: 2, request: all),
      .open(job: 3, request: DecodingRequest(PreviewRequest(.preview, title: "a"))),
      .grant(job: .max, pictures: 24), .close(job: 0), .working(job: 7), .spent(job: 8),
      .undividable(job: 11), .cut(job: 12, slot: 1 << 40),
      .statistics(job: 9, statistics), .keyMap(job: 10, [10, 13, 0]), .keyMap(job: 10, []),
    ]
  }()

  @Test(arguments: messages)
  func `a message comes back from its frame`(message: WorkerMessage) throws {
    #expect(WorkerMessage(try sent(message.frame)) == message)
  }

  @Test func `other frames are no message`() {
    #expect(WorkerMessage(PreviewFrame(kind: .picture, payload: [1, 2])) == nil)
    for text in ["Job: 1\r\n\r\n", "Control: grant\r\nJob: 1\r\n\r\n", "Control: close\r\n\r\n"] {
      #expect(WorkerMessage(PreviewFrame(kind: .control, payload: Array(text.utf8))) == nil)
    }
    #expect(
      WorkerMessage(PreviewFrame(kind: .request, payload: Array("Job: x\r\n\r\n".utf8))) == nil)
  }

  @Test func `a request for widths that aren't allowed is no message`() {
    var request = DecodingRequest(PreviewRequest(.preview, title: "a"))
    request.otherWidths = [160, 5]
    #expect(WorkerMessage(WorkerMessage.open(job: 1, request: request).frame) == nil)
  }

  @Test func `a key map that has no room in a message is left out`() throws {
    var request = DecodingRequest(PreviewRequest(.preview, title: "a"))
    request.keyMap = [UInt8](repeating: 7, count: DecodingRequest.keyMapLimit + 1)
    let frame = try sent(WorkerMessage.open(job: 1, request: request).frame)
    request.keyMap = nil
    #expect(WorkerMessage(frame) == .open(job: 1, request: request))
  }

  @Test(arguments: [[[1, 2, 3]], [[1, 2, 3], [4], [5, 6]], [[], [255, 216]]] as [[[UInt8]]])
  func `a picture comes back in every width`(jpegs: [[UInt8]]) throws {
    var picture = DecodedPicture(
      slot: 1 << 40, askedTime: 17, time: -3, flags: [.keyframe, .discontinuity], jpegs: jpegs)
    #expect(DecodedPicture(try sent(picture.frame)) == picture)
    picture.isDamaged = true
    picture.isRepeat = true
    picture.note = "the nearest one is black"
    #expect(DecodedPicture(try sent(picture.frame)) == picture)
  }

  @Test(arguments: ["3 4", "-1", "2 x", "8", "", "2 2 2"])
  func `a picture whose sizes aren't those of its JPEGs is none`(sizes: String) {
    var fields = MIMEDictionary(body: [1, 2, 3, 4])
    fields.append("Slot", "1")
    fields.append("Asked", "0")
    fields.append("Sizes", sizes)
    #expect(DecodedPicture(PreviewFrame(kind: .picture, payload: fields.bytes)) == nil)
  }

  private func sent(_ frame: PreviewFrame) throws -> PreviewFrame {
    var framer = Framer()
    var deframer = Deframer()
    deframer.push(try framer.bytes(of: frame))
    return try #require(try deframer.next())
  }
}
