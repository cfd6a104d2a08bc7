// SPDX-License-Identifier: Apache-2.0

/// Three rows of three numbers, for colours as columns.
struct Matrix3: Equatable {
  var rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  init(_ first: SIMD3<Double>, _ second: SIMD3<Double>, _ third: SIMD3<Double>) {
    rows = (first, second, third)
  }

  static func == (one: Matrix3, other: Matrix3) -> Bool { one.rows == other.rows }

  static func * (matrix: Matrix3, vector: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      (matrix.rows.0 * vector).sum(), (matrix.rows.1 * vector).sum(),
      (matrix.rows.2 * vector).sum())
  }

  static func * (one: Matrix3, other: Matrix3) -> Matrix3 {
    let columns = (0..<3).map { one * other.column($0) }
    func row(_ index: Int) -> SIMD3<Double> {
      SIMD3(columns[0][index], columns[1][index], columns[2][index])
    }
    return Matrix3(row(0), row(1), row(2))
  }

  func column(_ index: Int) -> SIMD3<Double> {
    SIMD3(rows.0[index], rows.1[index], rows.2[index])
  }

  /// The matrix that takes this one's results back.
  var inverse: Matrix3 {
    func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
    let (first, second, third) = (column(0), column(1), column(2))
    let determinant = (first * cross(second, third)).sum()
    return Matrix3(
      cross(second, third) / determinant, cross(third, first) / determinant,
      cross(first, second) / determinant)
  }
}
