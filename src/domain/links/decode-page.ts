/** How far into a page it may say how it is written: https://html.spec.whatwg.org/multipage/semantics.html#charset */
const prescanBytes = 1024

/** The text of a page, by what its server says of the encoding, then by what it says itself, and else as UTF-8. */
export function decodePage(body: Buffer, contentType: string): string {
  const said = charsetIn(contentType) ?? charsetIn(body.toString('latin1', 0, prescanBytes)) ?? 'utf-8'
  try {
    return new TextDecoder(said).decode(body)
  } catch {
    return new TextDecoder().decode(body)
  }
}

function charsetIn(text: string): string | undefined {
  return /charset\s{0,5}=\s{0,5}["']?([\w.:-]{1,40})/i.exec(text)?.[1]
}
