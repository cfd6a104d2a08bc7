// SPDX-License-Identifier: Apache-2.0

extension Supervisor {
  /// Takes in a child that takes and gives data, before activation; they start in this order.
  ///
  /// - Parameters:
  ///   - restart: after which end of its own it is started again.
  ///   - make: makes the child; an error counts as one of the child's.
  /// - Returns: where neighbours are linked.
  @discardableResult
  public func add<C: Source & Sink>(
    _ restart: Restart = .onFailure, _ make: sending @escaping () throws -> sending C
  ) -> Port<C.Input, C.Output> {
    add(restart) {
      let child = try make()
      let (inbox, outbox) = (child.inbox, child.outbox)
      return Arrival(seed: Seed(child), inbox: inbox, outbox: outbox)
    }
  }

  /// Takes in a child that only gives data.
  ///
  /// - Parameters:
  ///   - restart: after which end of its own it is started again.
  ///   - make: makes the child; an error counts as one of the child's.
  /// - Returns: where neighbours are linked.
  @discardableResult
  public func add<C: Source>(
    _ restart: Restart = .onFailure, _ make: sending @escaping () throws -> sending C
  ) -> Port<Never, C.Output> {
    add(restart) {
      let child = try make()
      let outbox = child.outbox
      return Arrival(seed: Seed(child), inbox: nil, outbox: outbox)
    }
  }

  /// Takes in a child that only takes data.
  ///
  /// - Parameters:
  ///   - restart: after which end of its own it is started again.
  ///   - make: makes the child; an error counts as one of the child's.
  /// - Returns: where neighbours are linked.
  @discardableResult
  public func add<C: Sink>(
    _ restart: Restart = .onFailure, _ make: sending @escaping () throws -> sending C
  ) -> Port<C.Input, Never> {
    add(restart) {
      let child = try make()
      let inbox = child.inbox
      return Arrival(seed: Seed(child), inbox: inbox, outbox: nil)
    }
  }

  /// Takes in a child without these boxes, such as a server.
  ///
  /// - Parameters:
  ///   - restart: after which end of its own it is started again.
  ///   - make: makes the child; an error counts as one of the child's.
  public func add<C: Component>(
    _ restart: Restart = .onFailure, _ make: sending @escaping () throws -> sending C
  ) {
    let _: Port<Never, Never> = add(restart) {
      Arrival(seed: Seed(try make()), inbox: nil, outbox: nil)
    }
  }

  private func add<Input, Output>(
    _ restart: Restart, arrival make: @escaping () throws -> Arrival<Input, Output>
  ) -> Port<Input, Output> {
    let port = Port(inbox: Inbox<Input>(capacity: capacity), outbox: Outbox<Output>())
    own(port.inbox)
    own(port.outbox)
    let berth = Berth(inbox: port.inbox, outbox: port.outbox)
    wards.append(Place(berth, restart: restart, make: make))
    return port
  }
}
