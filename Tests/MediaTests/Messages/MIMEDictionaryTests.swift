// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@Suite struct MIMEDictionaryTests {
  static let texts = [
    "A: 1\r\nB: 2\r\n\r\n", "A: 1\r\nA: 2\r\na: 3\r\n\r\nbody", "\r\n", "\r\nbody only", "",
    "A: long\r\n line\r\n\tgoes on\r\nB:no space\r\nC:  two \r\nD:\r\n\r\n\r\nbody\r\n\r\n",
    "Größe: 1\r\n\r\n", "A: Größe\r\n\r\nx", "A: 1\r\n", "A: 1", "A: 1\r\n\r", "A: 1\n\nB",
    "no colon\r\n\r\n",
    " A: 1\r\n\r\n", ": no name\r\n\r\n", "A: lone\rreturn\r\n\r\n", "A: nul\0\r\n\r\n",
    "A: x\r\n ",
    "A:\r\n \r\n\r\nfolded and empty",
  ]

  @Test(arguments: texts) func `42: text to dictionary to text is the same text`(text: String) {
    #expect(MIMEDictionary(Array(text.utf8)).bytes == Array(text.utf8))
  }

  @Test func `42: repeats and order are kept, names are found in any case`() {
    let fields = MIMEDictionary(Array("To: a\r\nCc: b\r\nTO: c\r\n\r\nbody".utf8))
    #expect(fields.fields.map(\.name) == ["To", "Cc", "TO"])
    #expect(fields.values("to") == ["a", "c"] && fields["cC"] == "b" && fields["Bcc"] == nil)
    #expect(fields.body == Array("body".utf8))
  }

  @Test func `42: a continued line is one value`() {
    let fields = MIMEDictionary(Array("A: one\r\n two\r\n\tthree\r\nB: x\r\n\r\n".utf8))
    #expect(fields["A"] == "one two\tthree" && fields["B"] == "x")
  }

  @Test func `spaces of a value are kept but for the first`() {
    #expect(MIMEDictionary(Array("A:  x \r\n\r\n".utf8))["A"] == " x ")
    #expect(MIMEDictionary(Array("A:x\r\n\r\n".utf8))["A"] == "x")
  }

  @Test(arguments: ["A: 1\r\n", "A: 1", "A: 1\r\nB", "A: 1\n\n", "x\r\n\r\n", "\u{E4}: 1\r\n\r\n"])
  func `42: without a finished header all is body`(text: String) {
    let fields = MIMEDictionary(Array(text.utf8))
    #expect(!fields.hasHeader && fields.fields.isEmpty && fields.body == Array(text.utf8))
  }

  @Test func `42: an empty header is a header`() {
    let fields = MIMEDictionary(Array("\r\nA: 1\r\n\r\n".utf8))
    #expect(fields.hasHeader && fields.fields.isEmpty && fields.body == Array("A: 1\r\n\r\n".utf8))
  }

  @Test func `a text cut anywhere is itself again, and a header only when it is whole`() {
    let text = Array("A: 1\r\nB: two\r\n lines\r\n\r\nbody".utf8)
    for cut in 0...text.count {
      let fields = MIMEDictionary(Array(text[..<cut]))
      #expect(fields.bytes == Array(text[..<cut]))
      #expect(fields.hasHeader == (cut >= text.count - 4), "cut at \(cut)")
    }
  }

  @Test func `a value can't break out of its line`() {
    var fields = MIMEDictionary()
    fields.append("A", "one\r\nB: two\r\n\r\nbody")
    #expect(MIMEDictionary(fields.bytes).fields.count == 1)
    #expect(MIMEDictionary(fields.bytes)["A"] == "one  B: two    body")
  }

  @Test func `a header over the limits is a body`() {
    let long = Array("A: ".utf8) + [UInt8](repeating: 0x78, count: MIMEDictionary.headerLimit)
    #expect(!MIMEDictionary(long + Array("\r\n\r\n".utf8)).hasHeader)
    let field = Array("A: 1\r\n".utf8)
    let many = (0..<1000).flatMap { _ in field }
    #expect(MIMEDictionary(many + [13, 10]).fields.count == 1000)
    #expect(!MIMEDictionary(many + field + [13, 10]).hasHeader)
  }

  @Test func `any bytes come back as they were`() {
    for text in Self.texts {
      for mutant in mutants(of: Array(text.utf8), count: 300, seed: 5) {
        #expect(MIMEDictionary(mutant).bytes == mutant)
      }
    }
  }
}
