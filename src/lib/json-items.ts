import { StringDecoder } from 'node:string_decoder'

/** What stands in the way of reading items. */
export class JsonItemsError extends Error {}

/**
 * The items of one array in a JSON text that may be larger than memory: of the array that the text is, or of the one
 * that its top-level object has under `key`. The rest of the text is skipped, each item is parsed by itself.
 * @param maxItem in UTF-16 units: a longer item ends the reading
 * @throws JsonItemsError when the text is not JSON as far as that can be seen, ends too early, or has no such array
 */
export async function* readJsonItems(
  source: AsyncIterable<Uint8Array>,
  key: string,
  maxItem: number,
): AsyncGenerator<unknown> {
  const decoder = new StringDecoder('utf8')
  const scanner = new Scanner(key, maxItem)
  for await (const chunk of source) {
    yield* scanner.feed(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)))
    if (scanner.isDone) return
  }
  yield* scanner.feed(decoder.end())
  if (!scanner.isDone) throw new JsonItemsError('The file ends too early or holds no such list.')
}

const quote = 34
const backslash = 92
const comma = 44
const colon = 58
const open = new Set([91, 123])
const close = new Set([93, 125])
const bracket = 91

/** Follows the structure of a JSON text, and no more of it than tells where an item begins and ends. */
class Scanner {
  isDone = false
  private readonly key: string
  private readonly maxItem: number
  private depth = 0
  private inString = false
  private escaped = false
  /** The last string at the depth of the top-level object: a key, if a colon follows. */
  private word = ''
  private readsWord = false
  private lastKey: string | undefined
  /** The depth inside the array whose items are wanted. */
  private within: number | undefined
  private held: string[] = []
  private heldLength = 0

  constructor(key: string, maxItem: number) {
    this.key = key
    this.maxItem = maxItem
  }

  *feed(text: string): Generator<unknown> {
    let start = 0
    for (let at = 0; at < text.length && !this.isDone; at++) {
      const code = text.charCodeAt(at)
      if (this.inString) this.readInString(text, at, code)
      else if (this.endsItem(code)) {
        yield* this.take(text.slice(start, at))
        start = at + 1
        this.isDone = code !== comma
      } else if (this.readStructure(code)) start = at + 1
    }
    if (this.within !== undefined && !this.isDone) this.hold(text.slice(start))
  }

  private endsItem(code: number): boolean {
    return this.within === this.depth && (code === comma || close.has(code))
  }

  /** @returns whether the wanted array begins here */
  private readStructure(code: number): boolean {
    if (open.has(code)) return this.openBracket(code)
    if (close.has(code)) this.depth--
    else if (code === quote) this.beginString()
    else if (this.depth === 1 && code === colon) this.lastKey = this.word
    else if (this.depth === 1 && code === comma) this.lastKey = undefined
    return false
  }

  private beginString(): void {
    this.inString = true
    this.readsWord = this.depth === 1 && this.within === undefined
    this.word = ''
  }

  private readInString(text: string, at: number, code: number): void {
    if (this.escaped) this.escaped = false
    else if (code === backslash) this.escaped = true
    else if (code === quote) this.inString = false
    if (this.inString && this.readsWord && this.word.length <= this.key.length) this.word += text[at]
  }

  private openBracket(code: number): boolean {
    const isWanted =
      this.within === undefined &&
      code === bracket &&
      (this.depth === 0 || (this.depth === 1 && this.lastKey === this.key))
    this.depth++
    if (isWanted) this.within = this.depth
    return isWanted
  }

  private hold(text: string): void {
    this.heldLength += text.length
    if (this.heldLength > this.maxItem) throw new JsonItemsError('One entry is longer than is allowed.')
    this.held.push(text)
  }

  private *take(rest: string): Generator<unknown> {
    this.hold(rest)
    const item = this.held.join('').trim()
    this.held = []
    this.heldLength = 0
    if (item !== '') yield parse(item)
  }
}

function parse(item: string): unknown {
  try {
    return JSON.parse(item)
  } catch {
    throw new JsonItemsError('One entry is not valid JSON.')
  }
}
