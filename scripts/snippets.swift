// SPDX-License-Identifier: Apache-2.0
// What the examples in doc comments take for granted: scripts/check-snippets compiles them with it.
//
// "in FILE" declares something for the examples in that file alone; "no-compile FILE" leaves its
// examples out, and says why.

// no-compile Codec: the body is left out
// no-compile OggFile: the body is left out
// no-compile Selector: for the project's own packages

// in Carousel: let playlist = Part<Outcome, String>(), sound = Part<Bytes, Never>()
// in CountedCodec: let received = Bytes()
// in Deframer: var deframer = Deframer(); let received = Bytes(); func show(_ frame: PreviewFrame) {}
// in FanOut: let screen = Part<Picture, Never>(), recorder = Part<Picture, Never>()
// in ForEach: var total = 0
// in Graphline: final class Reader: Component { let outbox = Outbox<Int>(), rest = Outbox<Int>() }
// in Graphline: final class Writer: Component { let inbox = Inbox<Int>(); init(_ name: String) {} }
// in InnerScheduler: final class Simulated: CallbackComponent { init(_ number: Int) {} }
// in Introspector: let Printer = Part<String, Never>.init
// in Marshaller: let asking = Part<MIMEDictionary, MIMEDictionary>()
// in Marshaller: let client = TCPClient(host: "localhost", port: 1500)
// in Network: let simulation = Simulation(seed: 1)
// in OggFileReader: final class Serving: Component, Source, Sink { let inbox = Inbox<Bytes>(), outbox = Outbox<Bytes>(); init(_ reader: OggFileReader) {} }
// in OggVorbisDecoder: let decoder = OggVorbisDecoder(), received = Bytes(); var playback: Playback { get throws { throw CancellationError() } }
// in OneShot: var asker: Part<String, Never> { Part() }
// in Pipeline: let file = "concert.ogg"
// in ProcessComponent: let questions = Part<Never, PreviewFrame>(), pictures = Part<PreviewFrame, Never>()
// in Schedulers: let source = Part<Never, Bytes>(), relay = Part<Bytes, Bytes>()
// in Supervisor: let reader = Part<Never, PreviewFrame>(), screen = Part<PreviewFrame, Never>()
// in TCPClient: let player = Part<Bytes, Never>()
// in TestRun: let bytes = Bytes()
// in TestSource: struct Mishap: Error {}
// in ThreadedComponent: func readFromTape() -> Bytes? { nil }
// in UDPReceiver: let counting = Part<Datagram, Never>()
// in UDPSender: let measuring = Part<Never, Bytes>()
// in UDPTransceiver: let answering = Part<Datagram, Datagram>()

import Glibc
import Testing

/// Any component.
final class Part<Input, Output>: Component, Source, Sink {
  let inbox = Inbox<Input>()
  let outbox = Outbox<Output>()
}

var scheduler: Scheduler { Scheduler() }

typealias Decoder = Part<PreviewFrame, PreviewFrame>
typealias Echo = Part<Bytes, Bytes>
typealias Questions = Part<Never, PreviewFrame>
typealias Showing = Part<PreviewFrame, Never>
