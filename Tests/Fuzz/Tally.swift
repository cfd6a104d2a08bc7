// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Media

/// What came of all mutants.
final class Tally: Sendable {
  private struct State {
    var counts: [String: Int] = [:]
    var pictures = 0
    var findings = 0
    var largest = 0
  }

  private let state = Guarded(State())

  var findings: Int { state.withLock { $0.findings } }

  /// Prints a finding.
  func add(_ finding: String) {
    complain("FINDING \(finding)")
    state.withLock { $0.findings += 1 }
  }

  /// Counts a mutant, and prints what shouldn't be.
  func take(_ client: MutantClient) {
    guard let result = client.result else { return }
    var findings = client.claims
    if let cause = result.cause { findings.append("the decoder \(cause)") }
    let memory = Resources.largestChild
    if memory > 600 << 20 { findings.append("\(memory >> 20) MiB are used") }
    if !findings.isEmpty {
      add("seed \(client.seed): \(findings.prefix(4).joined(separator: "; "))\n  \(client.recipe)")
    }
    state.withLock { state in
      state.pictures += client.pictures
      state.largest = max(state.largest, memory)
      state.counts[Self.kind(of: result), default: 0] += 1
    }
  }

  private static func kind(of result: DecodingResult) -> String {
    switch result.ending {
    case .end(let end): end.status.rawValue
    case .failure: result.cause == nil ? "unreadable" : "decoder died"
    }
  }

  /// "300 mutants: 120 complete, ...; 4000 pictures; largest decoder 80 MiB; 0 findings".
  var summary: String {
    state.withLock { state in
      let kinds = state.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      let all = state.counts.values.reduce(0, +)
      return "\(all) mutants: \(kinds.joined(separator: ", ")); \(state.pictures) pictures; "
        + "largest decoder \(state.largest >> 20) MiB; \(state.findings) findings"
    }
  }
}
