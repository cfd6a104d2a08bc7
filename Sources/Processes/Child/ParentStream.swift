// SPDX-License-Identifier: Apache-2.0
public import Axon
import Synchronization

/// What a child's component can see of the stream to its parent.
final class ParentStream: Sendable {
  static let name = "parent stream"
  private let written = Atomic(true)

  var isWritten: Bool {
    get { written.load(ordering: .relaxed) }
    set { written.store(newValue, ordering: .relaxed) }
  }
}

extension Component {
  /// In a child process, waits until all that was sent has left for the parent: what is said before
  /// something dangerous is heard even if that ends the process.
  ///
  /// - Throws: `CancellationError` when the component must stop.
  public final func allIsWritten() async throws {
    await yield()
    guard let stream: ParentStream = try? tracker.value(ParentStream.name) else { return }
    while !stream.isWritten { try await sleep(for: .milliseconds(1)) }
  }
}
