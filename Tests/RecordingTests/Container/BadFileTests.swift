// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Recording
import Testing

struct BadFileTests {
  func reason(of path: String) -> RecordingError.Reason? {
    do throws(RecordingError) {
      _ = try Container(path: path)
      return nil
    } catch {
      #expect(error.name == path)
      #expect(error.description.hasPrefix("\(path): "))
      return error.reason
    }
  }

  @Test func `a missing file, a directory and an empty file are told apart`() {
    #expect(reason(of: "/nowhere/a.ts") == .missing)
    #expect(reason(of: "/tmp") == .notAFile)
    let empty = TemporaryFile([], ending: "ts")
    #expect(reason(of: empty.path) == .empty)
  }

  @Test(arguments: ["ts", "mp4", "mpg", "txt", "bin", "m3u8"])
  func `text and noise are no recordings, whatever they are called`(ending: String) {
    let text = TemporaryFile(Array("#EXTM3U\nfile:///etc/passwd\n".utf8), ending: ending)
    #expect(reason(of: text.path) == .notARecording)
    var state: UInt64 = 1
    let noise = (0..<50_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    let random = TemporaryFile(noise, ending: ending)
    #expect(reason(of: random.path) == .notARecording)
  }

  @Test func `an MP4 without its list of pictures is called unfinished`() {
    let head: [UInt8] = [0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 2, 0]
    let file = TemporaryFile(head + [0, 0, 8, 0] + Array("mdat".utf8), ending: "mp4")
    #expect(reason(of: file.path) == .unfinishedMP4)
  }

  @Test func `a descriptor that can't be used is closed`() throws {
    var ends: [Int32] = [0, 0]
    #expect(unsafe pipe(&ends) == 0)
    // Programs that other tests start at this time must not hold it open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #expect(throws: RecordingError(name: "pipe", reason: .notAFile)) {
      _ = try Container(descriptor: ends[0], name: "pipe")
    }
    // A pipe whose reading end is gone says so at its writing end.
    var watch = pollfd(fd: ends[1], events: Int16(POLLOUT), revents: 0)
    #expect(unsafe poll(&watch, 1, 0) == 1)
    #expect(watch.revents & Int16(POLLERR) != 0)
    close(ends[1])
  }

  @Test func `settings out of range are named`() {
    var settings = PreviewSettings()
    #expect(settings.fault == nil)
    settings.quality = 101
    #expect(settings.fault?.description == "use quality 101: must be 1 to 100")
    settings.quality = 75
    settings.interval = .zero
    #expect(settings.fault?.operation == "use interval")
  }
}
