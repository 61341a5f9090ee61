import type { Context } from '../../context.ts'
import type { Emoji } from '../../db/json.ts'
import { listEmojisNamed } from '../../store/custom-emojis.ts'

/** Not in the middle of a word or a number, as in `10:30:45`. */
const shortcode = /(?<![\p{L}\p{N}]):(\w{2,50}):(?![\p{L}\p{N}])/gu
const most = 100

/** The custom emoji of ours that texts use, each once, in the order in which they do. */
export async function findEmojis(
  { db }: Pick<Context, 'db'>,
  texts: readonly (string | undefined)[],
): Promise<Emoji[]> {
  const codes = texts.flatMap((text) => [...(text ?? '').matchAll(shortcode)].map(([, code]) => code!))
  const named = [...new Set(codes)].slice(0, most)
  const known = new Map((await listEmojisNamed(db, named)).map((emoji) => [emoji.shortcode, emoji]))
  return named.flatMap((code) => known.get(code) ?? [])
}
