// SPDX-License-Identifier: Apache-2.0
import CLinux

/// A box that passes its messages on to another one, as that one remembers it: without keeping it.
///
/// Plain code that forgets its outbox has finished with it, so nobody else may keep it. A weak
/// reference would say the same, but makes every count of the box's references slower for good.
@safe
struct Backlink {
  private let raw: UnsafeMutableRawPointer

  /// The box takes itself out of the list, under `wiring`, before its memory goes.
  init(_ box: Box) { unsafe raw = Unmanaged.passUnretained(box).toOpaque() }

  /// The box, unless it is on its way out.
  ///
  /// Wiring held.
  var box: Box? {
    guard unsafe clinux_try_retain(raw) != nil else { return nil }
    let box = unsafe Unmanaged<Box>.fromOpaque(raw).takeRetainedValue()
    wiring.keep(box)
    return box
  }

  func leads(from box: Box) -> Bool {
    unsafe raw == Unmanaged.passUnretained(box).toOpaque()
  }
}
