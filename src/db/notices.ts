import { sql } from 'kysely'
import type { Tx } from '../context.ts'

/** Longest payload of a notification: PostgreSQL takes less than 8000 bytes. */
const maxBytes = 7800
/** What one transaction may have to say; what goes beyond is left out. */
const maxNotices = 5000

type Notice = { readonly channel: string; readonly text: string }

const pending = new WeakMap<Tx, Notice[]>()

/**
 * Says something to every process when the transaction commits, and nothing when it does not. However much it says, it
 * is said with one statement at its end. Whoever listens may miss it: it is for what can be looked up.
 * @param value becomes JSON of at most 7,800 bytes; what is longer is left out. Listeners get arrays of such values
 */
export function leaveNotice(tx: Tx, channel: string, value: unknown): void {
  const notices = pending.get(tx) ?? []
  const text = JSON.stringify(value)
  if (notices.length >= maxNotices || Buffer.byteLength(text) > maxBytes) return
  pending.set(tx, notices)
  notices.push({ channel, text })
}

/** @internal for `transact` */
export async function sendNotices(tx: Tx): Promise<void> {
  const notices = pending.get(tx)
  if (notices === undefined) return
  pending.delete(tx)
  const packed = [...Map.groupBy(notices, ({ channel }) => channel)].flatMap(([channel, those]) =>
    pack(those.map(({ text }) => text)).map((payload) => ({ channel, payload })),
  )
  const channels = packed.map(({ channel }) => channel)
  const payloads = packed.map(({ payload }) => payload)
  await sql`
    select pg_notify(n.channel, n.payload)
    from unnest(${channels}::text[], ${payloads}::text[]) n (channel, payload)`.execute(tx)
}

/** JSON arrays, each as long as may be. */
function pack(texts: readonly string[]): string[] {
  const packs: string[][] = []
  let room = 0
  for (const text of texts) {
    const size = Buffer.byteLength(text) + 1
    if (size > room) {
      packs.push([])
      room = maxBytes
    }
    packs.at(-1)!.push(text)
    room -= size
  }
  return packs.map((those) => `[${those.join(',')}]`)
}
