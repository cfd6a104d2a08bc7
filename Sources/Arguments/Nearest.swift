// SPDX-License-Identifier: Apache-2.0

/// The one of `names` that somebody who typed `word` most likely meant, or `nil`.
///
/// A name that begins with the word counts as near; otherwise at most a third of the letters may
/// have been missed, doubled, changed or swapped with the next.
func nearest(to word: String, in names: [String]) -> String? {
  guard !word.isEmpty else { return nil }
  let near = names.map { name in
    (name: name, steps: name.hasPrefix(word) ? 0 : editDistance(word, name))
  }
  guard let best = near.min(by: { $0.steps < $1.steps }) else { return nil }
  return best.steps <= max(1, word.count / 3) ? best.name : nil
}

/// How many letters must be put in, taken out, changed or swapped with the next one.
func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first)
  let b = Array(second)
  var before: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
      row.append(best)
    }
    before = last
    last = row
  }
  return last[b.count]
}
