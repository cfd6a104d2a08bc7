// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Writes dictionaries as their text and reads texts as dictionaries, each in one piece.
///
/// For datagrams as it is; for streams inside a `CountedCodec`, since the end of a body can't be seen.
public struct MIMEDictionaryCodec: Codec, Sendable {
  /// It keeps nothing.
  public init() {}

  /// The dictionary's text.
  public func marshall(_ dictionary: MIMEDictionary) -> Bytes { dictionary.bytes }

  /// The dictionary that the text is; never fails, since text without a header is a body.
  public func demarshall(_ bytes: Bytes) -> [MIMEDictionary] { [MIMEDictionary(bytes)] }
}
