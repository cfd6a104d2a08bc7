// SPDX-License-Identifier: Apache-2.0
import CChafa

/// libchafa's knowledge of a terminal: which sequences it understands.
@safe final class TerminalInfo {
  /// For `chafa_canvas_print`; lives as long as this object.
  let handle: OpaquePointer?
  /// What the terminal itself is known to understand, without the common sequences filled in.
  let hasKitty: Bool
  let hasSixel: Bool
  let colours: ColourDepth

  init(environment: [String: String]) {
    var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = nil
    for (name, value) in environment {
      unsafe list = g_environ_setenv(list, name, value, 1)
    }
    defer { unsafe g_strfreev(list) }
    let database = unsafe chafa_term_db_get_default()
    let info = unsafe chafa_term_db_detect(database, list)
    func has(_ sequence: ChafaTermSeq) -> Bool {
      unsafe chafa_term_info_have_seq(info, sequence) != 0
    }
    hasKitty = has(CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1)
    hasSixel = has(CHAFA_TERM_SEQ_BEGIN_SIXELS)
    colours =
      has(CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT)
      ? .direct
      : has(CHAFA_TERM_SEQ_SET_COLOR_FGBG_256)
        ? .indexed : has(CHAFA_TERM_SEQ_SET_COLOR_FGBG_16) ? .sixteen : .none
    // Whoever asks for a mode that libchafa doesn't know of this terminal gets the usual sequences.
    let common = unsafe chafa_term_db_get_fallback_info(database)
    unsafe chafa_term_info_supplement(info, common)
    unsafe chafa_term_info_unref(common)
    unsafe handle = info
  }

  deinit { unsafe chafa_term_info_unref(handle) }
}
