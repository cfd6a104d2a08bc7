// SPDX-License-Identifier: Apache-2.0

/// Which red, green and blue a picture's colours are mixed of.
enum Primaries: Equatable {
  /// High definition and screens; standard definition's are near enough.
  case bt709
  /// Ultra high definition.
  case bt2020
  /// Cinema's, with the white of screens: what telephones record.
  case displayP3

  /// Linear light of these primaries to linear light of BT.709's.
  var toBT709: Matrix3 {
    self == .bt709
      ? Matrix3([1, 0, 0], [0, 1, 0], [0, 0, 1]) : Primaries.bt709.toXYZ.inverse * toXYZ
  }

  /// Linear light to CIE XYZ, white D65 (ITU-T H.273, table 2).
  private var toXYZ: Matrix3 {
    let corners: [(x: Double, y: Double)] =
      switch self {
      case .bt709: [(0.640, 0.330), (0.300, 0.600), (0.150, 0.060)]
      case .bt2020: [(0.708, 0.292), (0.170, 0.797), (0.131, 0.046)]
      case .displayP3: [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)]
      }
    func point(_ x: Double, _ y: Double) -> SIMD3<Double> { [x / y, 1, (1 - x - y) / y] }
    let points = corners.map { point($0.x, $0.y) }
    let columns = Matrix3(
      [points[0].x, points[1].x, points[2].x], [1, 1, 1], [points[0].z, points[1].z, points[2].z])
    let shares = columns.inverse * point(0.3127, 0.3290)
    return Matrix3(columns.rows.0 * shares, columns.rows.1 * shares, columns.rows.2 * shares)
  }
}
