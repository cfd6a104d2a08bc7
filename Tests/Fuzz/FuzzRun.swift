// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Glibc
import Internet
import Media
import Processes

/// Gives mutant after mutant to decoder processes, and prints what shouldn't be.
final class FuzzRun: Component {
  struct Settings {
    var first: UInt64 = 1
    var count = 300
    var most = 24
    var processes = 2
    var worker = ""
    var specimens: [Specimen] = []
    var isTold = false
    /// Where mutants are kept, to be looked at.
    var keep: String?
  }

  private static let atOnce = 6
  private let settings: Settings
  private let tally: Tally
  private var running: [MutantClient] = []
  private var descriptors: Int?

  init(_ settings: Settings, _ tally: Tally) {
    self.settings = settings
    self.tally = tally
  }

  override func main() async throws {
    var decoders = DecoderSettings(
      processes: settings.processes, arguments: ["previewd", "worker"])
    decoders.program = settings.worker
    decoders.jobsPerProcess = 2
    decoders.whenFull = .wait
    // What one of these needs at most; one that has no end to it is to be seen.
    decoders.memoryLimit = 1 << 30
    let pool = DecoderPool(decoders) { event in
      if case .died(_, _, let words) = event, !words.isEmpty { complain("  it said: \(words)") }
    }
    let jobs = Outbox<DecodingJob>()
    try link(jobs, to: pool.inbox)
    let poolHandle = activate(pool)
    for number in 0..<settings.count {
      try await sendMutant(settings.first + UInt64(number), to: jobs)
      while running.count >= Self.atOnce { await waitForOne() }
      if number == min(50, settings.count / 2) { descriptors = Resources.descriptors }
    }
    while !running.isEmpty { await waitForOne() }
    if let descriptors, Resources.descriptors > descriptors + 16 {
      tally.add("\(Resources.descriptors) descriptors, \(descriptors) at the beginning")
    }
    jobs.finish()
    poolHandle.stop()
    await childrenEnded()
  }

  private func sendMutant(_ seed: UInt64, to jobs: borrowing Outbox<DecodingJob>) async throws {
    let mutant = Mutant(seed: seed, of: settings.specimens, most: settings.most)
    let client = MutantClient(mutant, waiter: handle)
    if settings.isTold { complain("seed \(seed): \(mutant.recipe)") }
    if let keep = settings.keep {
      Resources.keep(
        mutant.bytes, to: "\(keep)/mutant-\(seed)-\(mutant.request.pictures.title ?? "")")
    }
    guard let recording = Resources.file(of: mutant.bytes) else {
      return tally.add("no file for mutants: error \(errno)")
    }
    running.append(client)
    await jobs.send(DecodingJob(client: client, recording: SharedDescriptor(recording)))
  }

  private func waitForOne() async {
    while !running.contains(where: \.isOver) { await pause() }
    for client in running where client.isOver { tally.take(client) }
    running.removeAll(where: \.isOver)
  }
}
