// SPDX-License-Identifier: Apache-2.0
public import Media

/// Lays the recording's slots on sheets, and gives each sheet to several writers.
///
/// The sheets cover the grid from 0 s to the recording's end, one picture a slot: a slot that got
/// none shows the one before, those before the first show the first. So a player finds slot k on
/// sheet `k / (columns * rows)`. Each sheet is composed and encoded once, however many writers
/// there are, and one sheet at a time is in memory.
public final class SheetOutput: PictureOutput {
  private let grid: SheetGrid
  private let quality: Int
  private let writers: [any SheetWriter]
  private var recording: OutputRecording?
  private var maker: SheetMaker?
  private var cells: [[UInt8]] = []
  private var sheets = 0
  private var last: [UInt8] = []

  /// An output for writers that take the same sheets.
  ///
  /// - Parameters:
  ///   - grid: Pictures on a sheet.
  ///   - quality: JPEG quality of the sheets, 1...100.
  ///   - writers: What is made of the sheets.
  public init(grid: SheetGrid = .standard, quality: Int = 75, writers: [any SheetWriter]) {
    self.grid = grid
    self.quality = quality
    self.writers = writers
  }

  /// Paths of what the writers published.
  public var published: [String] { writers.flatMap(\.published) }

  /// Makes the draft.
  public func begin(_ recording: OutputRecording) throws(MediaError) {
    self.recording = recording
    let layout = try SheetLayout(grid, recording, subject: writers.first?.path ?? recording.name)
    maker = try SheetMaker(layout, quality: quality)
    for writer in writers { try writer.begin(recording, layout) }
  }

  /// Adds a slot's picture.
  public func add(_ picture: OutputPicture) throws(MediaError) {
    while sheets * grid.count + cells.count < picture.slot {
      try append(last.isEmpty ? picture.jpeg : last)
    }
    try append(picture.jpeg)
    last = picture.jpeg
  }

  /// Publishes what was made.
  public func finish(_ end: OutputEnd) throws(MediaError) {
    guard let recording, !last.isEmpty else {
      throw noPictures(for: writers.first?.path ?? "sheets", end)
    }
    let served = sheets * grid.count + cells.count
    var length = recording.interval * served
    if let duration = end.duration ?? recording.duration {
      let slots = recording.slots(covering: duration)
      for _ in served..<max(slots, served) { try append(last) }
      // Of a duration that is too short for its pictures the grid's own end is nearer.
      if slots >= served { length = duration }
    }
    let slots = sheets * grid.count + cells.count
    if !cells.isEmpty { try writeSheet() }
    for writer in writers { try writer.finish(SheetEnd(slots: slots, duration: length)) }
    maker = nil
  }

  /// Ends without a result.
  public func abandon() {
    maker = nil
    cells = []
    writers.forEach { $0.abandon() }
  }

  private func append(_ jpeg: [UInt8]) throws(MediaError) {
    cells.append(jpeg)
    if cells.count == grid.count { try writeSheet() }
  }

  private func writeSheet() throws(MediaError) {
    guard let sheet = try maker?.sheet(of: cells) else { return }
    for writer in writers { try writer.add(sheet, number: sheets) }
    sheets += 1
    cells.removeAll(keepingCapacity: true)
  }
}

/// What a writer of sheets is told at the end.
public struct SheetEnd: Equatable, Sendable {
  /// Pictures on all sheets, without what pads the last.
  public let slots: Int
  /// Where the last picture's time ends.
  public let duration: Duration
}

/// Makes files of sheets; called as a ``PictureOutput`` is.
public protocol SheetWriter: AnyObject {
  /// What is made, for errors.
  var path: String { get }
  /// Called once, before any sheet.
  func begin(_ recording: OutputRecording, _ layout: SheetLayout) throws(MediaError)
  /// Called for each sheet in turn, as soon as it is full; the last may be padded.
  func add(_ sheet: [UInt8], number: Int) throws(MediaError)
  /// Called behind the last sheet, of which there is at least one: publishes.
  func finish(_ end: SheetEnd) throws(MediaError)
  /// Ends without a result.
  func abandon()
  /// Paths of what can be seen now.
  var published: [String] { get }
}
