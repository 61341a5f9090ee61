import { argon2Sync, createHash, createPrivateKey, createPublicKey, hkdfSync, verify } from 'node:crypto'
import { compactDecrypt } from 'jose'

export type OpenedKit = {
  readonly owner: { readonly account: string; readonly actor: string; readonly signed_by: string }
  /** All items, by the kind of their part. */
  readonly items: Readonly<Record<string, any[]>>
  readonly counts: Readonly<Record<string, number>>
}

/** Opens a recovery kit by its documented format, with nothing of ours. */
export async function openKit(text: string, passphrase: string): Promise<OpenedKit> {
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('The last line does not end')
  const { kdf, locked_key: lockedKey } = JSON.parse(lines[0]!)
  const secret = argon2Sync('argon2id', {
    message: passphrase.normalize('NFKC'),
    nonce: Buffer.from(kdf.salt, 'base64url'),
    memory: kdf.memory_kib,
    passes: kdf.passes,
    parallelism: kdf.lanes,
    tagLength: 32,
  })
  const lock = new Uint8Array(hkdfSync('sha256', secret, '', 'holdfast kit key', 32))
  const { plaintext } = await compactDecrypt(lockedKey, lock)
  const { private_key: jwk, ...owner } = JSON.parse(new TextDecoder().decode(plaintext))
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  const parts = []
  for (const line of lines.slice(1)) {
    const { plaintext: part } = await compactDecrypt(line, privateKey)
    if (part.length % 4096 !== 0) throw new Error('A part is not filled up')
    parts.push(JSON.parse(new TextDecoder().decode(part)))
  }
  const end = parts.pop()
  const sum = createHash('sha256')
    .update(
      lines
        .slice(0, -1)
        .map((line) => `${line}\n`)
        .join(''),
    )
    .digest()
  const isSigned = verify(null, sum, ed25519Of(owner.signed_by), Buffer.from(end.signature, 'base64url'))
  if (end.kind !== 'end' || end.digest !== sum.toString('base64url') || !isSigned)
    throw new Error('The end is not as it should be')
  const items: Record<string, unknown[]> = {}
  for (const { kind, items: more } of parts) (items[kind] ??= []).push(...more)
  return { owner, items, counts: end.counts }
}

/** https://www.w3.org/TR/cid-1.0/#Multikey: base58btc, then two bytes that say Ed25519. */
function ed25519Of(multikey: string) {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let value = 0n
  for (const letter of multikey.slice(1)) value = value * 58n + BigInt(alphabet.indexOf(letter))
  const bytes = Buffer.from(value.toString(16).padStart(68, '0'), 'hex')
  const x = bytes.subarray(2).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}
