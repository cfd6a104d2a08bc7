// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Media
import Terminal

/// Makes the components of a job and links them:
///
///     TCPClient -> Deframing -> SilenceWatch -> Asking -> Showing, Saving, ListPrinting, or
///         ^------- Framing <----- request -------'        VorbisDecoding -> Playing
///
/// With standard input: StandardInput -> Deframing -> Asking.
struct Wiring {
  let job: Job
  let session = Session()
  /// Where word goes that the window has changed.
  private(set) var screen: Inbox<Showing.Message>?

  /// Links everything; what brings the bytes is handed over, the session has the rest.
  init(_ job: Job, on scheduler: Scheduler) throws(LinkError) {
    self.job = job
    let asking = Asking(job)
    try wireSource(asking.request, asking.inbox, scheduler)
    switch job.purpose {
    case .list:
      let printing = ListPrinting()
      try link(asking.listings, to: printing.inbox)
      session.add(printing, isSink: true)
    case .pictures(let render, let folder):
      if let render { try wireShowing(asking.toShow, render) }
      if let folder { try wireSaving(asking.toSave, folder) }
    case .sound(let drivers, let file): try wireSound(asking.sound, drivers, file)
    }
    session.add(asking)
  }

  private func wireSource(
    _ request: Outbox<PreviewFrame>, _ frames: Inbox<PreviewFrame>, _ scheduler: Scheduler
  ) throws(LinkError) {
    let deframing = Deframing()
    switch job.origin {
    case .standardInput:
      let input = StandardInput()
      try link(input.outbox, to: deframing.inbox)
      try link(deframing.outbox, to: frames)
      scheduler.activate(input)
    case .server(let host, let port, _):
      let (client, framing) = (TCPClient(host: host, port: port), Framing())
      let watch = SilenceWatch(name: job.name)
      try link(request, to: framing.inbox)
      try link(framing.outbox, to: client.inbox)
      try link(client.outbox, to: deframing.inbox)
      try link(deframing.outbox, to: watch.inbox)
      try link(watch.outbox, to: frames)
      scheduler.activate(client)
      scheduler.activate(framing)
      scheduler.activate(watch)
    }
    scheduler.activate(deframing)
  }

  private mutating func wireShowing(
    _ pictures: Outbox<Showing.Message>, _ render: RenderMode
  ) throws(LinkError) {
    let showing = Showing(render)
    screen = showing.inbox
    try link(pictures, to: showing.inbox)
    session.add(showing, isSink: true)
  }

  private func wireSaving(
    _ pictures: Outbox<ReceivedPicture>, _ folder: String
  ) throws(LinkError) {
    let saving = Saving(into: folder)
    try link(pictures, to: saving.inbox)
    session.add(saving, isSink: true)
  }

  private func wireSound(
    _ pages: Outbox<Bytes>, _ drivers: [String], _ file: String?
  ) throws(LinkError) {
    let (decoding, playing) = (VorbisDecoding(), Playing(drivers: drivers, file: file))
    let progress = SoundProgress(title: job.name)
    try link(pages, to: decoding.inbox)
    try link(decoding.outbox, to: playing.inbox)
    try link(playing.outbox, to: progress.inbox)
    session.add(decoding)
    session.add(playing, isSink: true)
    session.add(progress)
  }
}
