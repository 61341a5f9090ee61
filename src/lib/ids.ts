import { randomInt } from 'node:crypto'

const sequenceBits = 10n
const nodeBits = 6n
const timestampShift = sequenceBits + nodeBits
const sequenceLimit = 1 << Number(sequenceBits)

/** How many processes may make ids for one database at the same time. */
export const nodeCount = 1 << Number(nodeBits)

/**
 * Makes 64-bit snowflakes like Mastodon's (milliseconds since 1970 above 16 bits), as decimal strings that
 * grow for ever: 1,024 a millisecond for each of 64 nodes; a clock that jumps back is waited out by counting on.
 * @param node 0..63, claimed by this process alone
 * @returns without an argument the next id; with one, an id for something that happened at that moment elsewhere,
 *   unlikely but not certain to be unique
 */
export function createIdGenerator(node: number, now: () => number = Date.now): (at?: Date) => string {
  const nodePart = BigInt(node) << sequenceBits
  let millisecond = 0
  let sequence = 0
  return (at) => {
    if (at !== undefined) return idOfMoment(at)
    const current = now()
    if (current > millisecond) {
      millisecond = current
      sequence = 0
    } else if (++sequence === sequenceLimit) {
      millisecond++
      sequence = 0
    }
    return ((BigInt(millisecond) << timestampShift) | nodePart | BigInt(sequence)).toString()
  }
}

/** Many servers tell whole seconds only: a random millisecond keeps the ids of one busy second apart. */
function idOfMoment(at: Date): string {
  const milliseconds = at.getMilliseconds() === 0 ? at.getTime() + randomInt(1000) : at.getTime()
  return ((BigInt(Math.max(milliseconds, 1)) << timestampShift) | BigInt(randomInt(1 << 16))).toString()
}

/** The smallest id of that moment: everything made before it has a smaller one. */
export function firstIdAt(moment: Date): string {
  return (BigInt(moment.getTime()) << timestampShift).toString()
}

export function momentOfId(id: string): Date {
  return new Date(Number(BigInt(id) >> timestampShift))
}

/** Whether a path segment or parameter can be an id: decimal, positive, 63 bits. */
export function isId(value: string): boolean {
  return /^[1-9]\d{0,18}$/.test(value) && BigInt(value) <= 0x7fffffffffffffffn
}
