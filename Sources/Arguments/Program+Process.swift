// SPDX-License-Identifier: Apache-2.0

// The one file of this module that touches the process: its arguments, environment and terminal.
import Glibc

extension Program {
  /// The action that this process was started for.
  ///
  /// A page that was asked for is printed and the process ends with 0 (74 if standard output
  /// takes no bytes); a command line that can't be obeyed is complained of on standard error, and
  /// the process ends with 64.
  public func readOrExit() -> Action {
    do throws(UsageError) {
      switch try read(try arguments(), environment: variable, columns: helpColumns()) {
      case .run(let action): return action
      case .print(let page):
        guard write(page, to: STDOUT_FILENO) else {
          _ = write("\(name): standard output: \(errorText(errno))\n", to: STDERR_FILENO)
          exit(74)
        }
        exit(0)
      }
    } catch {
      _ = write("\(error)\n", to: STDERR_FILENO)
      exit(UsageError.exitCode)
    }
  }

  /// The arguments, each checked: repaired UTF-8 would name another file than the one meant.
  private func arguments() throws(UsageError) -> [String] {
    var result: [String] = []
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let bytes = unsafe CommandLine.unsafeArgv[index],
        let text = unsafe String(validatingCString: bytes)
      else {
        throw UsageError(command: name, fault: .notText(argument: index))
      }
      result.append(text)
    }
    return result
  }
}

private func variable(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  return unsafe String(cString: value)
}

/// The terminal's width, at most 100 columns: longer lines are hard to read.
private func helpColumns() -> Int {
  var size = winsize()
  let known = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
  let columns = variable("COLUMNS").flatMap { Int($0) } ?? (known ? Int(size.ws_col) : 80)
  return min(100, max(20, columns))
}

private func errorText(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}

private func write(_ text: String, to descriptor: Int32) -> Bool {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes { bytes in
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    }
    if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
  }
  return true
}
