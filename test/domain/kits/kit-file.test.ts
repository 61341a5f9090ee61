import { describe, expect, test } from 'vitest'
import { createKitHeader } from '../../../src/domain/kits/kit-keys.ts'
import type { KitHeader, KitPart } from '../../../src/domain/kits/kit-format.ts'
import { readKit } from '../../../src/domain/kits/read-kit.ts'
import { writeKit } from '../../../src/domain/kits/write-kit.ts'
import { generateEd25519KeyPair, toMultikey } from '../../../src/lib/signatures/keys.ts'

const passphrase = 'correct horse battery staple'
const signer = await generateEd25519KeyPair()
const owner = {
  account: '@alice@old.example',
  actor: 'https://old.example/users/alice',
  signed_by: toMultikey(signer.publicKey),
}
const header = await createKitHeader(passphrase, owner)
const parts: KitPart[] = [
  { kind: 'profile', items: [{ name: 'alice' }] },
  { kind: 'followers', items: [{ actor: 'https://far.example/users/bob' }, { actor: 'x'.repeat(10_000) }] },
  { kind: 'followers', items: [{ actor: 'https://far.example/users/carol' }] },
]

async function write(given: readonly KitPart[] = parts, head: KitHeader = header, key = signer.privateKey) {
  const lines: string[] = []
  for await (const line of writeKit(head, given, key)) lines.push(line)
  return lines
}

async function* inChunks(text: string, size = 777): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, phrase = passphrase) {
  const kit = await readKit(inChunks(text), phrase)
  const found: KitPart[] = []
  for (;;) {
    const next = await kit.parts.next()
    if (next.done === true) return { owner: kit.owner, found, end: next.value }
    found.push(next.value)
  }
}

/** Another character in the middle of it. */
function flip(line: string): string {
  const at = line.length >> 1
  return `${line.slice(0, at)}${line[at] === 'A' ? 'B' : 'A'}${line.slice(at + 1)}`
}

const damaged = { code: 'invalid', message: 'This recovery kit is damaged: fetch another copy of it.' }

describe('A recovery kit', () => {
  test('gives back what was put in, to whoever knows the passphrase', async () => {
    const { found, end, owner: found_owner } = await read((await write()).join(''))
    expect(found).toEqual(parts)
    expect(end).toEqual({ parts: 3, counts: { profile: 1, followers: 3 } })
    expect(found_owner).toEqual(owner)
  })

  test('tells nothing to whoever does not', async () => {
    const text = (await write()).join('')
    await expect(read(text, 'correct horse battery stable')).rejects.toMatchObject({ code: 'forbidden' })
    for (const word of ['alice', 'old.example', 'far.example', 'followers', 'profile'])
      for (const form of [word, Buffer.from(word).toString('base64url')]) expect(text).not.toContain(form)
    const [, short, long] = text.split('\n')
    expect(short!.length).toBeLessThan(long!.length)
    const [, , , sealed] = short!.split('.')
    expect(Buffer.from(sealed!, 'base64url').length % 4096).toBe(0)
  })

  test('is made anew for new passphrases and copies: nothing in two of them is alike but the head', async () => {
    const [one, other] = [await write(), await write()]
    expect(one[0]).toBe(other[0])
    expect(one[1]).not.toBe(other[1])
    expect((await createKitHeader(passphrase, owner)).kdf.salt).not.toBe(header.kdf.salt)
  })

  test.each([
    ['is cut', (lines: string[]) => lines.slice(0, -1)],
    ['lacks a part', (lines: string[]) => lines.toSpliced(2, 1)],
    ['has parts in another order', ([a, b, c, ...rest]: string[]) => [a!, c!, b!, ...rest]],
    ['has a part twice', (lines: string[]) => lines.toSpliced(2, 0, lines[2]!)],
    ['goes on after its end', (lines: string[]) => [...lines, lines[1]!]],
    ['was altered by a byte', (lines: string[]) => lines.with(2, flip(lines[2]!))],
  ])('that %s is refused', async (_what, alter) => {
    await expect(read(alter(await write()).join(''))).rejects.toMatchObject(damaged)
  })

  test('that somebody else made for the same key is refused: whoever keeps a copy knows that key', async () => {
    const stranger = await generateEd25519KeyPair()
    const forged = await write([{ kind: 'followers', items: [] }], header, stranger.privateKey)
    await expect(read(forged.join(''))).rejects.toMatchObject(damaged)
  })

  test.each([
    ['another version', { ...header, version: 2 }],
    ['a key that costs little to guess', { ...header, kdf: { ...header.kdf, memory_kib: 8 } }],
    [
      'a key that costs more memory than there is',
      { ...header, kdf: { ...header.kdf, memory_kib: 2 ** 24 } },
    ],
    ['something else', { hello: 'world' }],
  ])('with %s is refused before anything is computed', async (_what, head) => {
    await expect(read(`${JSON.stringify(head)}\n`)).rejects.toMatchObject({
      code: 'invalid',
      message: 'This is not a recovery kit that this version can read.',
    })
  })

  test('whose head was exchanged for that of another does not open', async () => {
    const other = await createKitHeader(passphrase, owner)
    const mixed = { ...header, public_key: other.public_key }
    await expect(read(`${JSON.stringify(mixed)}\n`)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('with a line without end is refused while it is read', async () => {
    const endless = async function* () {
      yield Buffer.from(`${JSON.stringify(header)}\n`)
      for (;;) yield Buffer.alloc(65_536, 'a')
    }
    const kit = await readKit(endless(), passphrase)
    await expect(kit.parts.next()).rejects.toMatchObject({ code: 'invalid' })
  })
})
