// SPDX-License-Identifier: Apache-2.0
internal import Media

/// What a child process is, and what it may do.
public struct ProcessSettings: Sendable {
  /// This very program, for one that is its own child with other arguments.
  public static let thisProgram = "/proc/self/exe"
  /// The first descriptor of ``descriptors`` in the child; 3 is the stream.
  public static let firstDescriptor: Int32 = 4

  /// The program's path; it isn't looked for elsewhere.
  public var program: String
  /// What it is called in reports, and what it finds as its own name.
  public var name: String
  /// Its arguments, without its name.
  public var arguments: [String]
  /// Environment variables in addition to ours, or in place of them.
  public var environment: [String: String] = [:]
  /// Descriptors that it gets at its start, as 4, 5 and so on; at most 15.
  public var descriptors: [SharedDescriptor] = []
  /// Limits that the kernel enforces.
  public var limits = ProcessLimits()
  /// How long it may give no sign of life while it owes something.
  ///
  /// Also how long it may go on once it has closed its stream. `nil` for a program that knows nothing
  /// of heartbeats.
  public var deadline: Duration? = .seconds(30)
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
