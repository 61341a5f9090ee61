const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** Decodes padded base64 and nothing else; Node's own decoder skips whatever it does not understand. */
export function decodeBase64(text: string): Buffer | undefined {
  return text.length % 4 === 0 && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}
