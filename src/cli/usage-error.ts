/** The command line itself is wrong: printed as one sentence, and the process ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
