// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Glibc
import Internet
import PreviewServer
import Recording

/// One client: the name of a recording comes, pictures go, and that is all.
final class Previewing: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  private let catalogue: Catalogue
  init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  override func main() async throws {
    var request = Bytes()
    while request.count <= 4096, let bytes = await inbox.next() {
      request += bytes
      let line = request.prefix { $0 != 10 && $0 != 13 }
      let name = String(decoding: line, as: UTF8.self)
      // Without a newline, what ends like a file name is one, however it was cut.
      guard name.hasSuffix(".mpg") || line.count < request.count else { continue }
      let pictures = Pictures(of: name, in: catalogue)
      try link(pictures.outbox, to: outbox)
      activate(pictures)
      return await childrenEnded()
    }
  }
}

/// The first ten pictures of a recording, one per 5 s; on a thread of its own, because decoding blocks.
final class Pictures: ThreadedComponent {
  let outbox = Outbox<Bytes>()
  private let (name, catalogue): (String, Catalogue)
  init(of name: String, in catalogue: Catalogue) { (self.name, self.catalogue) = (name, catalogue) }

  override func threadMain() throws {
    guard name.hasSuffix(".mpg") else { return }
    var settings = PreviewSettings()
    (settings.interval, settings.count, settings.mode) = (.seconds(5), 10, .exact)
    let found = try catalogue.open(name)
    let own = dup(found.descriptor.number)
    let extractor = try PreviewExtractor(descriptor: own, name: name, settings: settings)
    while let jpeg = try extractor.next()?.jpeg,
      outbox.blockingSend(Bytes("\(jpeg.count)\n".utf8) + jpeg)
    {}
  }
}

Example.run { scheduler in
  let words = Example.operands("TraineeServer FOLDER [PORT]\npictures of .mpg files", 1...2)
  let catalogue = try Catalogue(paths: [words[0]])
  let port = Example.port(words.count > 1 ? words[1] : "1616")
  let server = try SimpleServer(port: port, limit: 100) { _ in Previewing(catalogue) }
  Example.say("listening at \(server.address)")
  scheduler.activate(server)
}
