// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

@Suite struct `Faults of a simulated network` {
  @Test func `a port at which nobody listens refuses, and an unknown name is unknown`() throws {
    for (name, port, text) in [
      ("127.0.0.1", 81 as UInt16, "connect to 127.0.0.1:81: Connection refused"),
      ("nowhere", 80, "look up nowhere: Name or service not known"),
    ] {
      let faults = Faults()
      let simulation = Simulation(seed: 1, onFault: faults.add)
      #expect(try talk(simulation, saying: ["hello\n"], at: name, port: port).got == "")
      #expect(faults.all == [text])
    }
  }

  @Test func `hosts and names lead to their servers`() throws {
    let simulation = Simulation(seed: 1)
    simulation.network.names["server.example"] = ["10.0.0.9"]
    let (got, _) = try talk(
      simulation, saying: ["hello\n"], to: "10.0.0.9", from: "10.0.0.1", at: "server.example")
    #expect(got == "5:hello\n")
  }

  @Test func `an address that is taken or another host's can't be listened at`() throws {
    let network = Simulation(seed: 1).network
    let server = try SimpleServer(port: 80, on: network) { _ in Echo() }
    #expect {
      try SimpleServer(port: server.address.port, on: network) { _ in Echo() }
    } throws: { "\($0)".hasPrefix("listen on 127.0.0.1:80: the port is in use") }
    #expect {
      try SimpleServer(host: "10.0.0.2", port: 80, on: network.host("10.0.0.1")) { _ in Echo() }
    } throws: { "\($0)" == "listen on 10.0.0.2:80: this machine doesn't have that address" }
  }

  @Test func `a server on the kernel's network doesn't run in a simulation unnoticed`() throws {
    let faults = Faults()
    let simulation = Simulation(seed: 1, onFault: faults.add)
    simulation.scheduler.activate(try SimpleServer(port: 0) { _ in Echo() })
    #expect(simulation.scheduler.run().isEmpty)
    #expect(faults.all.count == 1 && faults.all[0].contains("pass `on:`"))
  }

  @Test func `a client in a simulation finds its network by itself`() throws {
    let simulation = Simulation(seed: 1)
    simulation.scheduler.activate(TCPClient(host: "localhost", port: 80))
    let server = try SimpleServer(port: 80, on: simulation.network) { _ in Giver(0) }
    simulation.at(.seconds(5)) { _ in }
    let handle = simulation.scheduler.activate(server)
    simulation.at(.seconds(1)) { _ in handle.stop() }
    #expect(simulation.scheduler.run().isEmpty)
    #expect(!simulation.network.wasDisturbed("127.0.0.1"))
  }

  @Test func `a partition holds everything up, and what it held arrives when it heals`() throws {
    let simulation = Simulation(seed: 1)
    simulation.at(.milliseconds(3)) { $0.isolate(["10.0.0.1"]) }
    simulation.at(.seconds(600)) { $0.heal() }
    let (got, end) = try talk(simulation, saying: ["hello\n"], from: "10.0.0.1")
    #expect(got == "5:hello\n")
    #expect(end > .seconds(600))
    #expect(!simulation.network.wasDisturbed("10.0.0.1"))
  }

  @Test func `a peer that takes nothing for long gets all, as long as somebody awaits its answer`()
    throws
  {
    var conditions = Conditions()
    conditions.buffer = 10...10
    let simulation = Simulation(seed: 1, conditions: conditions)
    simulation.at(.milliseconds(5)) { $0.isolate(["10.0.0.1"]) }
    simulation.at(.seconds(60)) { $0.heal() }
    let long = String(repeating: "more than its buffers hold; ", count: 20)
    let (got, end) = try talk(simulation, saying: [long + "\n"], from: "10.0.0.1")
    #expect(got == "\(long.utf8.count):\(long)\n")
    #expect(end > .seconds(60))
  }

  @Test func `who can't reach a server is told that no answer came`() throws {
    let faults = Faults()
    let simulation = Simulation(seed: 1, onFault: faults.add)
    simulation.network.isolate(["10.0.0.1"])
    #expect(try talk(simulation, saying: ["hello\n"], from: "10.0.0.1").got == "")
    #expect(faults.all == ["connect to 127.0.0.1:80: no answer within 10.0 seconds"])
  }

  @Test func `a connection that nothing comes through for long is taken for dead`() throws {
    let simulation = Simulation(seed: 1)
    simulation.at(.milliseconds(3)) { $0.isolate(["10.0.0.1"]) }
    let (got, end) = try talk(simulation, saying: ["hello\n"], from: "10.0.0.1")
    #expect(got == "")
    #expect(end >= simulation.network.conditions.endurance)
    #expect(simulation.network.wasDisturbed("10.0.0.1"))
  }

  @Test func `a client that vanished is let go once its protocol has ended`() throws {
    let simulation = Simulation(seed: 1)
    let network = simulation.network
    let server = try SimpleServer(port: 80, patience: .seconds(20), on: network) { _ in
      Giver(1_000_000, by: 1_000_000)
    }
    let client = TCPClient(host: "127.0.0.1", port: 80, on: network.host("10.0.0.1"))
    simulation.at(.milliseconds(10)) { $0.isolate(["10.0.0.1"]) }
    let handles = [simulation.scheduler.activate(server), simulation.scheduler.activate(client)]
    let open = Log<Int>()
    for seconds in [19, 41] {
      simulation.at(.seconds(seconds)) { open.add($0.openStreams) }
    }
    simulation.at(.seconds(50)) { _ in for handle in handles { handle.stop() } }
    #expect(simulation.scheduler.run().isEmpty)
    #expect(open.all == [2, 1])
  }

  @Test(arguments: 1...3)
  func `more clients than a short queue holds are all served, though descriptors are short`(
    seed: UInt64
  ) throws {
    var conditions = Conditions()
    conditions.latency = .milliseconds(1) ... .milliseconds(50)
    conditions.backlog = 2
    conditions.shortages = 0.05
    let simulation = Simulation(seed: seed, conditions: conditions)
    let tally = Tally()
    let server = try SimpleServer(port: 80, limit: 3, on: simulation.network) { _ in
      Answering(tally)
    }
    let handle = simulation.scheduler.activate(server)
    for place in 0..<20 {
      let client = TCPClient(host: "127.0.0.1", port: 80, patience: .seconds(120))
      let asking = Asking(place, requests: 3, piece: 50, dawdles: 0, enough: .max, tally)
      try link(asking.outbox, to: client.inbox)
      try link(client.outbox, to: asking.inbox)
      simulation.scheduler.activate(client)
      simulation.scheduler.activate(asking)
    }
    simulation.at(.seconds(200)) { _ in handle.stop() }
    #expect(simulation.scheduler.run().isEmpty)
    #expect(tally.verdicts.withLock { $0.values.filter { $0 == .whole }.count } == 20)
  }

  @Test func `a reader that doesn't read holds its sender up within the buffers`() throws {
    var conditions = Conditions()
    conditions.buffer = 1_000...1_000
    let simulation = Simulation(seed: 1, conditions: conditions)
    let tally = Log<Int>()
    let server = try SimpleServer(port: 80, capacity: 1, on: simulation.network) { _ in
      Counting(tally)
    }
    let client = TCPClient(host: "127.0.0.1", port: 80)
    let dam = Inbox<Bytes>(capacity: 1)
    try link(client.outbox, to: dam)
    let handles = [simulation.scheduler.activate(server), simulation.scheduler.activate(client)]
    simulation.at(.seconds(60)) { _ in for handle in handles { handle.stop() } }
    #expect(simulation.scheduler.run().isEmpty)
    // Two buffers, one message with either socket, one in each inbox, and what is being sent.
    #expect((tally.all.last ?? 0) < 10)
  }
}

/// Sends pieces of a kilobyte, and says how many it got rid of.
private final class Counting: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  private let log: Log<Int>
  init(_ log: Log<Int>) { self.log = log }
  override func main() async throws {
    var count = 0
    while await outbox.send(Bytes(repeating: 1, count: 1_000)) {
      count += 1
      log.add(count)
    }
  }
}
