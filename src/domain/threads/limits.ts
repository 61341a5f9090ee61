/** How much is asked of others for one thread. */
export const threadLimits = {
  /** Documents that one step of a job may ask for; then it goes on as another job. */
  requestsPerStep: 20,
  /** Answers to be fetched, each time that a thread is asked for. */
  replies: 1000,
  /** Collections of answers to answers that are read, each time. */
  collections: 200,
  ancestors: 40,
  /** Answers, answers to those, and answers to those. */
  depth: 3,
  /** A thread is asked for once in so long. */
  againAfterMs: 3600_000,
  /** When something could not be had: so often more, an hour later, then four. */
  attempts: 3,
} as const

/** How much of a thread is shown at once, as Mastodon has it: answering somebody unknown should cost little. */
export const shownOfThread = {
  toMembers: { ancestors: 4096, descendants: 4096 },
  toAnybody: { ancestors: 40, descendants: 60, depth: 20 },
} as const

/** A step begins nothing after so long: the queue takes a job for lost after a minute. */
export const stepMs = 20_000
/** And it waits no longer for one post. */
export const postMs = 20_000
