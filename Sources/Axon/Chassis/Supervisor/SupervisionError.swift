// SPDX-License-Identifier: Apache-2.0

/// Why a supervisor gave up.
public enum SupervisionError: Error, CustomStringConvertible {
  /// Children ended too often; the failure is the last one, if that child failed.
  case tooManyRestarts(RestartLimit, child: String, last: (any Error)?)

  /// How often is too often, and what happened last.
  public var description: String {
    switch self {
    case .tooManyRestarts(let limit, let child, let error):
      "more than \(limit.count) restarts within \(limit.time); the last child to end was \(child)"
        + (error.map { ": \($0)" } ?? "")
    }
  }
}
