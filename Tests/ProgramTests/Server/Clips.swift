// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Recordings made by ffmpeg once, and folders to work in.
enum Clips {
  static let areThere = Program.ffmpeg.isThere

  /// 20 s of MPEG-1 at 25 pictures a second, 352 by 288, with sound; a second of Ogg Vorbis.
  static let folder: Scratch? = try? make()

  static func path(_ name: String) -> String { (folder?.path ?? "/nowhere") + "/" + name }

  private static func make() throws -> Scratch {
    let scratch = try Scratch()
    let film = [
      "-f", "lavfi", "-i", "testsrc2=size=352x288:rate=25", "-f", "lavfi", "-i", "sine=440", "-t",
      "20", "-c:v", "mpeg1video", "-b:v", "800k", "-g", "12", "-c:a", "mp2", "-f", "mpeg",
      scratch.path + "/film.mpg",
    ]
    let sound = [
      "-f", "lavfi", "-i", "sine=440", "-t", "3", "-c:a", "libvorbis", scratch.path + "/sound.ogg",
    ]
    for arguments in [film, sound] {
      let made = try Program.ffmpeg.run(["-v", "error", "-y"] + arguments)
      guard made.exitCode == 0 else { throw Program.Failed(what: "ffmpeg: \(made.errors)") }
    }
    try scratch.write("text.mpg", Array(repeating: UInt8(ascii: "x"), count: 5000))
    return scratch
  }
}

/// A folder that goes away with the value.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Names of all files below, sorted.
  var names: [String] {
    let all = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
    return all.filter { name in
      var isFolder: ObjCBool = false
      return unsafe FileManager.default.fileExists(
        atPath: path + "/" + name, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }
}
