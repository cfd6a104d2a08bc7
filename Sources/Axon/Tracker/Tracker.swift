// SPDX-License-Identifier: Apache-2.0

/// A service or a value isn't there as asked.
public enum TrackerError: Error, Equatable, CustomStringConvertible {
  /// The name is taken.
  case alreadyRegistered(String)
  /// Nothing has this name.
  case unknown(String)
  /// Something else has this name.
  case wrongType(String, found: String, wanted: String)

  /// What is wrong with the name.
  public var description: String {
    switch self {
    case .alreadyRegistered(let name): "service \"\(name)\" is registered already"
    case .unknown(let name): "no service or value \"\(name)\""
    case .wrongType(let name, let found, let wanted): "\"\(name)\" is \(found), not \(wanted)"
    }
  }
}

/// The co-ordinating assistant/tracker: finds services by name, and keeps values that many may read.
///
/// A service is an inbox of a component; it disappears when its component ends. Safe from any thread.
public final class Tracker: Sendable {
  private struct Service: Sendable {
    let inbox: Box
    let owner: Handle?
  }

  private let services = Guarded<[String: Service]>([:])
  private let values = Guarded<[String: any Sendable]>([:])

  init() {}

  /// Offers an inbox under a name, until its component ends.
  ///
  /// - Throws: ``TrackerError/alreadyRegistered(_:)``.
  public func register<Message>(
    _ inbox: Inbox<Message>, as name: String, of component: Handle? = nil
  ) throws(TrackerError) {
    let isFree = services.withLock { services in
      if let known = services[name], !known.inbox.hasEnded { return false }
      services[name] = Service(inbox: inbox, owner: component)
      return true
    }
    if !isFree { throw .alreadyRegistered(name) }
  }

  /// The inbox offered under this name.
  ///
  /// - Throws: ``TrackerError`` when there is none, or one for other messages.
  public func service<Message>(
    _ name: String, taking: Message.Type = Message.self
  ) throws(TrackerError) -> Inbox<Message> {
    guard let service = services.withLock({ $0[name] }), !service.inbox.hasEnded else {
      throw .unknown(name)
    }
    guard let inbox = service.inbox as? Inbox<Message> else {
      throw .wrongType(name, found: "\(type(of: service.inbox))", wanted: "Inbox<\(Message.self)>")
    }
    return inbox
  }

  /// Withdraws a service.
  public func withdraw(_ name: String) {
    services.withLock { _ = $0.removeValue(forKey: name) }
  }

  /// Keeps a value under a name, in place of one that was there.
  public func setValue<Value: Sendable>(_ name: String, to value: Value) {
    values.withLock { $0[name] = value }
  }

  /// Forgets a value.
  func removeValue(_ name: String) { values.withLock { _ = $0.removeValue(forKey: name) } }

  /// The value under a name.
  ///
  /// - Throws: ``TrackerError`` when there is none, or one of another type.
  public func value<Value: Sendable>(
    _ name: String, as type: Value.Type = Value.self
  ) throws(TrackerError) -> Value {
    guard let found = values.withLock({ $0[name] }) else { throw .unknown(name) }
    guard let value = found as? Value else {
      throw .wrongType(name, found: "\(Swift.type(of: found))", wanted: "\(Value.self)")
    }
    return value
  }

  /// Forgets the value under a name.
  ///
  /// One that knows a component keeps this system for ever: whoever set it takes it away at its end.
  public func forgetValue(_ name: String) {
    values.withLock { _ = $0.removeValue(forKey: name) }
  }

  /// Reads a value, changes it and keeps it, with nobody in between.
  ///
  /// - Throws: ``TrackerError`` when there is none, or one of another type.
  public func update<Value: Sendable>(
    _ name: String, _ change: @Sendable (inout Value) -> Void
  ) throws(TrackerError) {
    let problem = values.withLock { values -> TrackerError? in
      guard let found = values[name] else { return .unknown(name) }
      guard var value = found as? Value else {
        return .wrongType(name, found: "\(type(of: found))", wanted: "\(Value.self)")
      }
      change(&value)
      values[name] = value
      return nil
    }
    if let problem { throw problem }
  }

  /// Forgets the services of a component that has ended.
  func remove(_ component: Handle?) {
    guard let component else { return }
    services.withLock { services in
      guard !services.isEmpty else { return }
      services = services.filter { $0.value.owner !== component && !$0.value.inbox.hasEnded }
    }
  }
}
