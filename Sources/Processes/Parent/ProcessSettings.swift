// SPDX-License-Identifier: Apache-2.0
internal import Media

/// What a child process is, and what it may do.
public struct ProcessSettings: Sendable {
  /// This very program, for one that is its own child with other arguments.
  public static let thisProgram = "/proc/self/exe"
  /// The first descriptor of ``descriptors`` in the child; 3 is the stream, 4 a ``ProgressBoard``.
  public static let firstDescriptor: Int32 = 5

  /// The program's path; it isn't looked for elsewhere.
  public var program: String
  /// What it is called in reports, and what it finds as its own name.
  public var name: String
  /// Its arguments, without its name.
  public var arguments: [String]
  /// One that was forked ahead is started, if there is any left: see ``Forerunners``.
  public var isForkedAhead = false
  /// Environment variables in addition to ours, or in place of them.
  public var environment: [String: String] = [:]
  /// Descriptors that it gets at its start, as 5, 6 and so on; at most 14.
  public var descriptors: [SharedDescriptor] = []
  /// Limits that the kernel enforces.
  public var limits = ProcessLimits()
  /// How long it may give no sign of life while it owes something.
  ///
  /// A sign is what it says, and what it counts on its ``ProgressBoard``: slow is not dead.
  ///
  /// Also how long it may go on once it has closed its stream. `nil` for a program that knows nothing
  /// of heartbeats.
  public var deadline: Duration? = .seconds(30)
  /// CPU time that it may use without getting on; `nil` for any.
  ///
  /// For one that counts on its ``ProgressBoard`` what it achieves, while it has a deadline.
  public var budget: CPUBudget?
  /// How long it is given after each way to ask it to end: by a word, by SIGTERM, by SIGKILL.
  public var patience: Duration = .seconds(1)
  /// Whether its standard error is kept for the report of its end, the last 2 KiB of it, instead of
  /// going where ours goes.
  public var keepsErrors = false
  /// Largest payload that is taken from it, in bytes.
  public var payloadLimit = PreviewFrame.payloadLimit

  /// A program with its arguments; everything else is as usual.
  ///
  /// - Parameters:
  ///   - program: its path, or ``thisProgram``.
  ///   - name: the path's last part unless given.
  ///   - arguments: without its name.
  public init(program: String, name: String? = nil, arguments: [String] = []) {
    self.program = program
    self.name = name ?? program.split(separator: "/").last.map(String.init) ?? program
    self.arguments = arguments
  }
}

/// CPU time that a child process may use from one frame of its own to the next, in relation to what
/// it achieves in between.
public struct CPUBudget: Equatable, Sendable {
  /// Without achieving anything.
  public var free: Duration
  /// In addition for each thing achieved, as its ``ProgressBoard`` tells.
  public var each: Duration
  /// In all, whatever it says of itself.
  public var most: Duration

  /// A budget; `most` counts where it is less.
  public init(free: Duration, each: Duration, most: Duration) {
    self.free = free
    self.each = each
    self.most = most
  }

  /// What may be used for so many things.
  func allowance(for count: UInt64) -> Duration {
    // More than this many is over any bound that makes sense.
    min(most, free + each * Int(min(count, 1 << 30)))
  }
}

/// What the kernel lets a child process have; `nil` is as much as we may have.
public struct ProcessLimits: Sendable {
  /// Bytes of memory of its own: heap, stacks, buffers; not what it maps of files or only reserves.
  public var memory: Int?
  /// Seconds of CPU time.
  public var cpuSeconds: Int?
  /// Open descriptors at once.
  public var files: Int?

  /// No limits but those given.
  public init(memory: Int? = nil, cpuSeconds: Int? = nil, files: Int? = nil) {
    self.memory = memory
    self.cpuSeconds = cpuSeconds
    self.files = files
  }
}
