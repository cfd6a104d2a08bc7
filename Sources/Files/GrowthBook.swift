// SPDX-License-Identifier: Apache-2.0
internal import Axon

/// Which files are growing, as far as was looked: when to look again, and what a look means.
///
/// Plain code: it looks at nothing itself, and time is a parameter.
struct GrowthBook<Key: Hashable & Sendable> {
  /// What a look brought to light.
  enum Finding: Equatable, Sendable {
    case grew(byteCount: Int64)
    case shrank(byteCount: Int64)
    /// Whoever wrote it has closed it.
    case closed
    /// It hasn't grown for the quiet time.
    case quiet
    /// It has no name any more.
    case gone
  }

  private struct Entry {
    var facts: FileFacts
    var lastGrowth: Instant
    /// Not before this moment is growth told.
    var nextReport: Instant
    var nextPoll: Instant
    var pollInterval: Duration
    var isTouched = false
    /// Its size was told: what was there before it was watched counts as growth.
    var isTold: Bool
    var isClosed = false
    /// It is finished, as far as is known: only a touch or a poll changes that.
    var isQuiet = false
    var isGone = false
  }

  private var entries: [Key: Entry] = [:]
  private let settings: WatchSettings

  init(_ settings: WatchSettings) { self.settings = settings }

  var isEmpty: Bool { entries.isEmpty }
  var keys: [Key] { Array(entries.keys) }
  func facts(of key: Key) -> FileFacts? { entries[key]?.facts }

  /// Begins with a file as it is now.
  ///
  /// - Parameters:
  ///   - key: What it is called from now on.
  ///   - facts: As it was looked at now.
  ///   - age: How long ago it was written to.
  ///   - isSilent: The kernel says nothing of it.
  ///   - isTold: Its size is known to whoever is told; else the next look is due now, and tells it.
  ///   - now: The time.
  mutating func add(
    _ key: Key, _ facts: FileFacts, age: Duration, isSilent: Bool, isTold: Bool = true,
    now: Instant
  ) {
    let interval = isSilent ? settings.pollInterval : settings.slowPollInterval
    let age = min(age, settings.quietTime)
    entries[key] = Entry(
      facts: facts, lastGrowth: Instant(nanoseconds: now.nanoseconds - age.inNanoseconds),
      nextReport: now, nextPoll: now + interval, pollInterval: interval, isTouched: !isTold,
      isTold: isTold)
  }

  mutating func remove(_ key: Key) { entries[key] = nil }

  /// The kernel says that something happened to it.
  mutating func touch(_ key: Key) { entries[key]?.isTouched = true }

  /// The kernel says that its writer closed it.
  mutating func close(_ key: Key) {
    entries[key]?.isTouched = true
    entries[key]?.isClosed = true
  }

  /// Events were lost: anything may have happened.
  mutating func touchAll() { for key in entries.keys { entries[key]?.isTouched = true } }

  /// The kernel says nothing of it any more.
  mutating func becomesSilent(_ key: Key, now: Instant) {
    entries[key]?.pollInterval = settings.pollInterval
    entries[key]?.nextPoll = now
  }

  /// Files that are to be looked at.
  func due(at now: Instant) -> [Key] {
    entries.compactMap { key, entry in wake(for: entry).map { $0 <= now } ?? false ? key : nil }
  }

  /// When something is due next; `nil` when nothing is watched.
  var nextWake: Instant? { entries.values.compactMap(wake(for:)).min() }

  private func wake(for entry: Entry) -> Instant? {
    if entry.isGone { return nil }
    if entry.isClosed { return Instant(nanoseconds: .min) }
    var moment = entry.nextPoll
    if entry.isTouched { moment = min(moment, entry.nextReport) }
    if !entry.isQuiet { moment = min(moment, entry.lastGrowth + settings.quietTime) }
    return moment
  }

  /// A file was looked at.
  ///
  /// - Parameters:
  ///   - key: Which.
  ///   - facts: What was seen; `nil` when there is nothing of that name.
  ///   - now: The time.
  /// - Returns: What is new.
  mutating func look(_ key: Key, _ facts: FileFacts?, now: Instant) -> [Finding] {
    guard var entry = entries[key], !entry.isGone else { return [] }
    defer { entries[key] = entry }
    guard let facts, facts.linkCount > 0, facts.isSameFile(as: entry.facts) else {
      entry.isGone = true
      return [.gone]
    }
    var findings: [Finding] = []
    let old = entry.facts
    entry.facts = facts
    entry.nextPoll = now + entry.pollInterval
    entry.isTouched = false
    if facts.byteCount != old.byteCount || facts.modified != old.modified {
      entry.lastGrowth = now
      entry.nextReport = now + settings.pace
      entry.isQuiet = false
    }
    if facts.byteCount > old.byteCount || !entry.isTold {
      findings.append(.grew(byteCount: facts.byteCount))
    }
    entry.isTold = true
    if facts.byteCount < old.byteCount { findings.append(.shrank(byteCount: facts.byteCount)) }
    if entry.isClosed {
      entry.isClosed = false
      entry.isQuiet = true
      findings.append(.closed)
    } else if !entry.isQuiet, now >= entry.lastGrowth + settings.quietTime {
      entry.isQuiet = true
      findings.append(.quiet)
    }
    return findings
  }
}
