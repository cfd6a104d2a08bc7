// SPDX-License-Identifier: Apache-2.0
import Axon
import CSeccomp
import Glibc
import Processes

/// Makes a system call by its name, all of its arguments 0 but the first; minus the error's number.
nonisolated func make(call name: String, _ first: Int) -> Int {
  typealias Call = @convention(c) (Int, Int, Int, Int, Int, Int, Int) -> Int
  guard let address = unsafe dlsym(nil, "syscall") else { return 0 }
  // Variadic functions can't be imported; for whole numbers the convention is the same.
  let call = unsafe unsafeBitCast(address, to: Call.self)
  let number = unsafe Int(seccomp_syscall_resolve_name(name))
  let result = call(number, first, 0, 0, 0, 0, 0)
  return result < 0 ? -Int(errno) : result
}

/// What decoders may do: memory, threads, random numbers, a clock, a descriptor's facts.
nonisolated func work() -> String {
  let block = unsafe mmap(nil, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard unsafe block != MAP_FAILED else { return "no memory" }
  guard unsafe mprotect(block, 4096, PROT_READ) == 0 else { return "no protection" }
  unsafe munmap(block, 1 << 20)
  var facts = stat()
  guard unsafe fstat(3, &facts) == 0 else { return "no facts" }
  var limit = rlimit()
  guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else {
    return "no limits"
  }
  guard limit.rlim_cur == 0 else { return "files may grow" }
  guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 else {
    return "limits may be set"
  }
  var thread = pthread_t()
  guard unsafe pthread_create(&thread, nil, { _ in nil }, nil) == 0 else { return "no threads" }
  pthread_join(thread, nil)
  return Int.random(in: 1...9) > 0 ? "all well" : "no chance"
}

/// Makes memory into code.
nonisolated func code() {
  let access = PROT_READ | PROT_EXEC
  _ = unsafe mmap(nil, 4096, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
}

/// Blocks its thread for so many milliseconds, counting what it achieves.
nonisolated func getOn(_ milliseconds: Int, _ me: Component) {
  for _ in 0..<milliseconds / 20 {
    usleep(20_000)
    me.progressBoard?.advance()
  }
}

/// Counts without end what is worth nothing.
nonisolated func idleOn(_ me: Body) {
  while true { me.progressBoard?.advance() }
}

/// Uses so much of the CPU's time.
nonisolated func burn(_ time: Duration) {
  var used = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
  let end = Duration.seconds(used.tv_sec) + .nanoseconds(used.tv_nsec) + time
  while Duration.seconds(used.tv_sec) + .nanoseconds(used.tv_nsec) < end {
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
  }
}
