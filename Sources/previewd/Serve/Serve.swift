// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Files
import Glibc
import Internet
import Media
import PreviewServer

/// `previewd serve`: returns the exit code when the server has been stopped.
func serve(_ values: ServeValues) -> Int32 {
  // Whoever reads the log may go away: that is no reason to end.
  signal(SIGPIPE, SIG_IGN)
  let log = Log(
    program: "previewd", least: values.quiet ? .warning : values.verbose ? .debug : .info)
  let scheduler = Scheduler(onFault: { log(.warning, "component failed", ["fault": "\($0)"]) })
  let paths = values.paths.isEmpty ? ["."] : values.paths
  let service: PreviewService
  do {
    service = PreviewService(
      catalogue: try Catalogue(paths: paths, quietTime: values.quietTime),
      settings: settings(values), log: log)
  } catch {
    complain("previewd: \(error)")
    return 66
  }
  let interrupts = Interrupts()
  Signals.onInterrupt { _ in
    // The second one doesn't wait for viewers.
    if interrupts.isFirst() { service.close(on: scheduler) } else { _exit(130) }
  }
  do {
    let address = try service.start(on: scheduler)
    let introspection = try values.introspection.map { place in
      let server = try SimpleServer.introspection(host: place.host, port: UInt16(place.port))
      let address = server.address
      scheduler.activate(server)
      return address
    }
    log(.info, "serving", ["at": "preview://\(address)/", "from": paths.joined(separator: " ")])
    if let introspection { log(.info, "introspection", ["at": "\(introspection)"]) }
  } catch {
    complain("previewd: \(error)")
    return 69
  }
  scheduler.run()
  log(.info, "stopped")
  return 0
}

private func settings(_ values: ServeValues) -> ServerSettings {
  let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  let decoders = DecoderSettings(
    processes: values.workers > 0 ? values.workers : cores, arguments: ["previewd", "worker"])
  var settings = ServerSettings(decoders: decoders)
  settings.decoders.watching.quietTime = values.quietTime
  settings.host = values.host
  settings.port = UInt16(values.port)
  settings.clientLimit = values.clients
  return settings
}
