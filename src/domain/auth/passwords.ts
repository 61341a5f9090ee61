import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { DomainError } from '../../lib/errors.ts'
import { createSlots } from '../../lib/slots.ts'

const derive = promisify(argon2)

/** OWASP's second set for Argon2id: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32

/** Each takes a thread and a part of the memory for a while: whoever asks for many waits, and others are served. */
const slots = createSlots({ total: 2, perKey: 2, maxWaiting: 100 })
const patienceMs = 10_000

/**
 * An Argon2id hash in the PHC string format, `$argon2id$v=19$m=..,t=..,p=..$salt$hash`.
 * @throws DomainError `unavailable` when too many wait already
 */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await inTurn(() => derive('argon2id', { message: password, nonce, tagLength, ...cost }))
  const parameters = `m=${cost.memory},t=${cost.passes},p=${cost.parallelism}`
  return `$argon2id$v=19$${parameters}$${encode(nonce)}$${encode(tag)}`
}

const nobodys = { ...cost, nonce: Buffer.alloc(16), tag: Buffer.alloc(tagLength) }

/**
 * Whether that is the password. It takes as long where there is none, so nobody learns from it who lives here.
 * @param hashed as `hashPassword` made it, or undefined for somebody who is not there
 * @throws DomainError `unavailable` when too many wait already
 */
export async function verifyPassword(password: string, hashed: string | undefined): Promise<boolean> {
  const { nonce, tag, ...parameters } = hashed === undefined ? nobodys : parseHash(hashed)
  const given = await inTurn(() =>
    derive('argon2id', { message: password, nonce, tagLength: tag.length, ...parameters }),
  )
  return timingSafeEqual(given, tag) && hashed !== undefined
}

function parseHash(hashed: string) {
  const [, memory, passes, parallelism, nonce = '', tag = ''] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hashed) ?? []
  if (tag === '') throw new Error('A stored password hash is not of a kind that we know')
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const release = await slots.take('', AbortSignal.timeout(patienceMs))
  if (release === undefined)
    throw new DomainError('unavailable', 'Too many people are signing in at once: try again in a moment.')
  try {
    return await work()
  } finally {
    release()
  }
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
