/** The least that is measured: the clock of a thread may go in steps of a few milliseconds. */
const LEAST = 60

/**
 * Milliseconds of this thread's own work in one run, whatever else the machine does. To be compared with what
 * something else takes in the same test: alone it says more of the machine than of the code.
 */
export function cpuTimeOf(run: () => unknown): number {
  run()
  const began = process.threadCpuUsage()
  for (let runs = 1; ; runs++) {
    run()
    const { user, system } = process.threadCpuUsage(began)
    const spent = (user + system) / 1000
    if (spent >= LEAST) return spent / runs
  }
}
