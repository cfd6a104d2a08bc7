// SPDX-License-Identifier: Apache-2.0

/// What names a recording: a relative path with slashes, as `shows/news.mpg`.
public enum Title {
  /// Longest title, in bytes of UTF-8.
  public static let byteLimit = 4096
  /// What a title may be, for messages.
  public static let allowed =
    "a relative path such as shows/news.mpg, 1 to 4096 bytes, no part empty, '.' or '..', no "
    + "control characters"

  /// True for a title that is safe to look up below a folder.
  public static func isValid(_ title: String) -> Bool {
    guard 1...byteLimit ~= title.utf8.count,
      title.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { return false }
    return title.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
  }

  /// - Throws: ``MessageError`` naming the field where the title isn't valid.
  static func check(_ title: String, field: String = "Title") throws(MessageError) {
    guard isValid(title) else {
      throw MessageError(field: field, value: String(title.prefix(200)), allowed: allowed)
    }
  }
}
