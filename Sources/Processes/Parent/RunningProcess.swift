// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc
internal import Internet

/// A child process and the descriptor that tells of its end: killed and waited for, at the latest,
/// when this value goes away.
struct RunningProcess: ~Copyable {
  /// How a process ended.
  enum End {
    case exitCode(Int32)
    case signal(Int32)
    case lost
  }

  let number: Int32
  private let watch: Descriptor
  private let watched: Watched
  private(set) var end: End?

  /// Starts it with these descriptors as 3, 4 and so on, and `errors` as its standard error.
  ///
  /// - Throws: ``ProcessFailure`` with the system's reason why it can't be.
  init(
    _ settings: ProcessSettings, passing descriptors: [Int32], errors: Int32,
    of component: Component
  ) throws(ProcessFailure) {
    var watch: Int32 = -1
    let number = Self.start(settings, passing: descriptors, errors: errors, &watch)
    guard number > 0 else { throw ProcessFailure(settings, notStarted: -number) }
    let watched: Watched
    do throws(InternetError) {
      watched = try Selector.of(component).watch(watch, for: component)
    } catch {
      clinux_signal_process(watch, SIGKILL)
      _ = clinux_process_end(watch, 1)
      clinux_close(watch)
      throw ProcessFailure(settings, notStarted: error.code)
    }
    self.number = number
    self.watched = watched
    self.watch = Descriptor(watch)
    limit(settings.limits)
  }

  deinit {
    watched.end()
    guard end == nil else { return }
    clinux_signal_process(watch.number, SIGKILL)
    _ = clinux_process_end(watch.number, 1)
  }

  /// Sees whether it has ended; then its number is free for others.
  mutating func look() {
    guard end == nil, watched.isReadable else { return }
    watched.isReadable = false
    switch clinux_process_end(watch.number, 0) {
    case Int32(CLINUX_RUNNING): break
    case Int32(CLINUX_LOST): end = .lost
    case let code where code >= 0: end = .exitCode(code)
    case let signal: end = .signal(-signal)
    }
  }

  func send(signal: Int32) {
    if end == nil { clinux_signal_process(watch.number, signal) }
  }

  private func limit(_ limits: ProcessLimits) {
    if let bytes = limits.memory {
      _ = clinux_limit_process(number, Int32(CLINUX_LIMIT_MEMORY), UInt64(max(0, bytes)), 0)
    }
    if let seconds = limits.cpuSeconds {
      _ = clinux_limit_process(number, Int32(CLINUX_LIMIT_CPU), UInt64(max(1, seconds)), 2)
    }
    if let files = limits.files {
      _ = clinux_limit_process(number, Int32(CLINUX_LIMIT_FILES), UInt64(max(0, files)), 0)
    }
  }

  private static func start(
    _ settings: ProcessSettings, passing descriptors: [Int32], errors: Int32, _ watch: inout Int32
  ) -> Int32 {
    let arguments = CStringList([settings.name] + settings.arguments)
    let environment = CStringList(environment(adding: settings.environment))
    return unsafe descriptors.withUnsafeBufferPointer { passed in
      unsafe settings.program.withCString { program in
        var start = unsafe clinux_start(
          program: program, arguments: arguments.pointer, environment: environment.pointer,
          passed: passed.baseAddress, passed_count: Int32(passed.count), errors: errors)
        if settings.isForkedAhead {
          let number = unsafe clinux_start_forked(&start, &watch)
          if number > 0 { return number }
        }
        return unsafe clinux_start_process(&start, &watch)
      }
    }
  }

  private static func environment(adding added: [String: String]) -> [String] {
    var variables: [String] = []
    var place = 0
    while let raw = unsafe clinux_environment(Int32(place)) {
      let variable = unsafe String(cString: raw)
      let name = variable.prefix { $0 != "=" }
      if added[String(name)] == nil { variables.append(variable) }
      place += 1
    }
    return variables + added.map { "\($0.key)=\($0.value)" }
  }
}

/// Strings as C wants a list of them: pointers, the last one NULL.
@safe
private final class CStringList {
  let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    unsafe pointer = .allocate(capacity: count + 1)
    for (place, string) in strings.enumerated() {
      unsafe (pointer + place).initialize(to: strdup(string))
    }
    unsafe (pointer + count).initialize(to: nil)
  }

  deinit {
    for place in 0..<count { unsafe free(pointer[place]) }
    unsafe pointer.deallocate()
  }
}
