// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Internet
import Testing

/// Each in a process of its own: they count or use up what the whole process has.
@Suite struct `Descriptors of the process` {
  @Test func `all are closed after stop`() async {
    await #expect(processExitsWith: .success) {
      let before = openDescriptors()
      for _ in 0..<10 {
        try serving(protocol: { _ in Echo() }) { address in
          let one = try Peer(address)
          let other = try Peer(address)
          try one.send("one")
          try other.send("other")
          try #require(try one.receiveText(3) == "one")
          try #require(try other.receiveText(5) == "other")
        }
        let scheduler = Scheduler()
        scheduler.activate(TCPClient(host: "localhost", port: 1))
        scheduler.start()
        scheduler.stop()
      }
      // The test library opens one or another meanwhile; a leak of ours would be ten at least.
      try #require(openDescriptors() - before < 10)
    }
  }

  @Test func `out of descriptors, those who are served go on and the others come later`() async {
    await #expect(processExitsWith: .success) {
      try serving(protocol: { _ in Echo() }) { address in
        let served = try Peer(address)
        try served.send("1")
        try #require(try served.receiveText(1) == "1")
        let waiting = try Peer(address)
        try waiting.send("?")
        try #require(try waiting.receiveText(1) == "?")
        // From here on the process gets no descriptor: the next client is in the kernel's queue.
        let next = try Peer(address)
        var hoard: [Int32] = []
        while case let number = dup(2), number >= 0 { hoard.append(number) }
        try served.send("2")
        try #require(try served.receiveText(1) == "2")
        for number in hoard { close(number) }
        try next.send("3")
        try #require(try next.receiveText(1) == "3")
      }
    }
  }
}

private func openDescriptors() -> Int {
  (0..<1_000).count { fcntl($0, F_GETFD) >= 0 }
}
