// SPDX-License-Identifier: Apache-2.0
import Foundation
import Media
import Outputs
import Testing

@Suite struct EvenChoiceTests {
  /// Slots chosen out of so many, of which some are damaged.
  private func chosen(
    _ count: Int, of slots: Int, damaged: Set<Int> = [], duration: Int? = nil
  ) -> [Int] {
    var choice = EvenChoice(count: count)
    for slot in 0..<slots {
      let time = Int64(slot) * 10_000_000
      choice.offer(
        OutputPicture(
          slot: slot, askedTime: time, time: time, isDamaged: damaged.contains(slot), jpeg: []))
    }
    return choice.chosen(over: duration.map { .seconds($0) }).map(\.slot)
  }

  @Test func `few pictures are all taken`() {
    #expect(chosen(20, of: 7) == Array(0..<7))
    #expect(chosen(4, of: 0) == [])
  }

  @Test func `each part of the recording gives its middle`() {
    #expect(chosen(5, of: 100) == [10, 30, 50, 70, 90])
    // Every eighth was kept of so many.
    #expect(chosen(1, of: 99) == [48])
  }

  @Test(arguments: [21, 100, 321, 1000, 20_000])
  func `pictures are evenly spread, however many there are`(slots: Int) {
    let found = chosen(20, of: slots)
    #expect(found.count == 20 && found == Array(Set(found)).sorted())
    for (part, slot) in found.enumerated() {
      let middle = Double(slots) / 40 * Double(2 * part + 1)
      // Half of the distance between two candidates, and half a slot.
      #expect(abs(Double(slot) - middle) <= max(Double(slots) / 320, 1.5))
    }
  }

  @Test func `a damaged picture is only taken where there is no other near`() {
    #expect(chosen(5, of: 100, damaged: [50]) == [10, 30, 48, 70, 90])
    #expect(chosen(2, of: 4, damaged: [0, 1, 2, 3]).count == 2)
  }

  @Test func `a length that is far off doesn't draw the pictures to the end`() {
    #expect(chosen(5, of: 100, duration: 100_000) == [10, 30, 50, 70, 90])
  }
}

@Suite(.enabled(if: Programs.ffmpeg != nil, "needs ffmpeg"))
struct ContactSheetTests {
  /// Size and luma of the sheet of so many slots.
  private func sheet(
    _ slots: Int, grid: SheetGrid = ContactSheetOutput.standard, width: Int = 160
  ) throws -> (width: Int, luma: [UInt8]) {
    let folder = try TestFolder()
    let path = folder.path + "/sheet.jpg"
    let height = width * 9 / 16
    try ContactSheetOutput(path, grid: grid).make(
      0..<slots,
      of: Material.recording(duration: .seconds(10 * slots), width: width, height: height))
    #expect(try folder.names() == ["sheet.jpg"])
    let luma = try Programs.luma(of: path)
    return (try JPEGDecoder().decode(folder.read("sheet.jpg")).width, luma)
  }

  @Test func `pictures are evenly spread, in the order of reading`() throws {
    let (width, luma) = try sheet(40)
    #expect(width == 2 * 8 + 4 * 160 + 3 * 4)
    let height = luma.count / width
    // 20 of 40 slots: the first row's top is behind the header.
    let top = height - 8 - 5 * 90 - 4 * 4
    for place in 0..<20 {
      let x = 8 + place % 4 * 164 + 20
      let y = top + place / 4 * 94 + 20
      let found = Int(luma[y * width + x])
      let near = [2 * place, 2 * place + 1].contains {
        abs(Int(Material.level($0)) - found) <= 3
      }
      #expect(near, "place \(place)")
    }
  }

  @Test func `each picture's time is drawn in its corner, with a dark edge`() throws {
    let (width, luma) = try sheet(4, grid: SheetGrid(columns: 2, rows: 2))
    let top = luma.count / width - 8 - 2 * 90 - 4
    for place in 0..<4 {
      var (dark, bright) = (0, 0)
      for y in 70..<90 {
        for x in 110..<158 {
          let found = luma[(top + place / 2 * 94 + y) * width + 8 + place % 2 * 164 + x]
          if found < 30, Material.level(place) > 60 { dark += 1 }
          if found > 200, Material.level(place) < 180 { bright += 1 }
        }
      }
      #expect(Material.level(place) <= 60 || dark > 60, "place \(place)")
      #expect(Material.level(place) >= 180 || bright > 30, "place \(place)")
    }
  }

  @Test func `fewer pictures make fewer rows, the header is as wide`() throws {
    let (width, luma) = try sheet(3)
    let (_, other) = try sheet(8)
    #expect(width == 668)
    #expect((other.count - luma.count) / width == 94)
  }

  @Test(arguments: [16, 64, 640, 1280]) func `any width has a sheet`(width: Int) throws {
    let (wide, luma) = try sheet(5, width: width)
    #expect(wide > 4 * width && luma.contains { $0 > 200 })
  }
}
