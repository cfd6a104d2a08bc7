// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Batch

@Suite struct ProgressTests {
  private func progress() -> Progress {
    var progress = Progress(interval: .seconds(10))
    progress.recordings = 4
    progress.bytes = 4000
    progress.begin(1, bytes: 1000)
    progress.know(slots: 100, of: 1)
    return progress
  }

  @Test func `the share counts whole recordings and parts of those under way`() {
    var progress = progress()
    #expect(progress.share == 0)
    for _ in 0..<50 { progress.addPicture(of: 1) }
    #expect(progress.share == 0.125)
    progress.end(1)
    #expect(progress.share == 0.25)
  }

  @Test func `the line tells recordings, pictures, speed and the time left`() {
    var progress = progress()
    for _ in 0..<100 { progress.addPicture(of: 1) }
    progress.end(1)
    progress.elapsed = .seconds(20)
    let line = progress.line(columns: 80)
    #expect(
      line == "[########........................] 1/4 recordings  100 pictures  50x  1:00 left")
  }

  @Test(arguments: 10...100)
  func `the line fits the terminal`(columns: Int) {
    #expect(progress().line(columns: columns).count <= columns)
  }

  @Test func `pictures of an earlier run count as done, not as fast`() {
    var progress = progress()
    for _ in 0..<50 { progress.addPicture(of: 1, isNew: false) }
    #expect(progress.share == 0.125)
    #expect(progress.pictures == 0)
  }
}
