// SPDX-License-Identifier: Apache-2.0

/// How loud a stretch of sound is, column by column: what a waveform is drawn of.
struct Envelope {
  /// What one column's samples were.
  struct Column: Equatable {
    var least: Float = 0
    var most: Float = 0
    var squares: Float = 0
    var count = 0

    /// The root of the mean square.
    var mean: Float { count > 0 ? (squares / Float(count)).squareRoot() : 0 }
  }

  /// Lanes of columns; there are as many lanes as the sound has, one before there was any.
  private(set) var lanes: [[Column]]
  /// The first sample of each column, and the one after the last.
  private let edges: [Int]

  /// Prepares for a stretch.
  ///
  /// - Parameters:
  ///   - columns: How many there are.
  ///   - begin: Of the stretch, microseconds from the first sample.
  ///   - length: Of the stretch, microseconds.
  ///   - rate: Samples a second.
  init(columns: Int, begin: Microseconds, length: Microseconds, rate: Int) {
    lanes = [[Column](repeating: Column(), count: columns)]
    edges = (0...columns).map { column in
      let time = Double(begin) + Double(length) * Double(column) / Double(columns)
      return Int((time * Double(rate) / 1e6).rounded(.up))
    }
  }

  /// The first sample after the stretch.
  var end: Int { edges[edges.count - 1] }

  /// Takes in what of the samples lies in the stretch.
  mutating func add(_ samples: SoundSamples) {
    while lanes.count < samples.lanes.count { lanes.append(lanes[0].map { _ in Column() }) }
    let first = max(samples.first, edges[0])
    let last = min(samples.end, end)
    guard first < last else { return }
    var column = upperBound(of: first)
    while column < edges.count - 1, edges[column] < last {
      let from = max(edges[column], first) - samples.first
      let to = min(edges[column + 1], last) - samples.first
      if from < to {
        for lane in samples.lanes.indices {
          Self.add(samples.lanes[lane], from..<to, to: &lanes[lane][column])
        }
      }
      column += 1
    }
  }

  private static func add(_ values: [Float], _ range: Range<Int>, to column: inout Column) {
    guard range.upperBound <= values.count else { return }
    var (least, most, squares) = (column.least, column.most, column.squares)
    unsafe values.withUnsafeBufferPointer { values in
      for index in range {
        let value = unsafe values[index]
        least = value < least ? value : least
        most = value > most ? value : most
        squares += value * value
      }
    }
    (column.least, column.most, column.squares) = (least, most, squares)
    column.count += range.count
  }

  /// The column that a sample belongs to.
  private func upperBound(of sample: Int) -> Int {
    var (low, high) = (0, edges.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if edges[middle] <= sample { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The columns to be drawn: where samples are further apart than columns, the last one goes on.
  func columns(ofLane lane: Int, end: Int?) -> [Column] {
    var last = Column()
    return lanes[lane].indices.map { index in
      let column = lanes[lane][index]
      if column.count > 0 {
        last = column
      } else if edges[index] < edges[index + 1] || end.map({ edges[index] >= $0 }) ?? false {
        last = Column()
      }
      return last
    }
  }
}
