// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// What libraries would open on their way, before nothing can be opened any more.
enum DecoderPreparation {
  /// Alphabets of programme names in transport streams: ETSI EN 300 468, annex A.
  private static let alphabets =
    ["ISO6937", "UCS-2BE", "KSC_5601", "GB2312", "BIG5", "UTF-8"]
    + (1...15).map { "ISO-8859-\($0)" }

  /// Loads time zone and converters of alphabets.
  static func load() {
    tzset()
    alphabets.forEach { unsafe clinux_keep_alphabet($0) }
  }
}
