export type MediaKind = 'image' | 'video' | 'audio'

/** How many bytes of a file tell what it is. */
export const SIGNATURE_BYTES = 64

/** The types that a file may be taken for, at most one of each kind: containers hold sound with or without a picture. */
type Readings = Partial<Record<MediaKind, string>>

type Signature = { readonly matches: (head: Buffer) => boolean; readonly readings: Readings }

/** https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern, and what it does not name. */
const signatures: readonly Signature[] = [
  { matches: startsWith('\x89PNG\r\n\x1a\n'), readings: { image: 'image/png' } },
  { matches: startsWith('\xff\xd8\xff'), readings: { image: 'image/jpeg' } },
  { matches: startsWith('GIF87a'), readings: { image: 'image/gif' } },
  { matches: startsWith('GIF89a'), readings: { image: 'image/gif' } },
  { matches: isRiff('WEBP'), readings: { image: 'image/webp' } },
  { matches: isRiff('WAVE'), readings: { audio: 'audio/wav' } },
  { matches: hasBrand(/^(avif|avis)$/), readings: { image: 'image/avif' } },
  { matches: hasBrand(/^qt {2}$/), readings: { video: 'video/quicktime' } },
  { matches: hasBrand(/^(M4A |M4B |F4A )$/), readings: { audio: 'audio/mp4' } },
  {
    matches: hasBrand(/^(iso[2-9m]|mp4[12]|avc1|dash|M4V |M4VH|M4VP|MSNV|mmp4|f4v |F4V |3gp\w)$/),
    readings: { video: 'video/mp4', audio: 'audio/mp4' },
  },
  { matches: isWebm, readings: { video: 'video/webm', audio: 'audio/webm' } },
  { matches: startsWith('OggS\0'), readings: { audio: 'audio/ogg', video: 'video/ogg' } },
  { matches: startsWith('fLaC'), readings: { audio: 'audio/flac' } },
  { matches: startsWith('ID3'), readings: { audio: 'audio/mpeg' } },
  { matches: isFrame(0), readings: { audio: 'audio/aac' } },
  { matches: isFrame(1, 2), readings: { audio: 'audio/mpeg' } },
]

/**
 * What a file is, by its first bytes, if it is one of the kinds of media that browsers show and that cannot carry a
 * script. The name that it goes by only has to agree with that: a file said to be an image is one or nothing.
 * @param head the first 64 bytes, or all if there are fewer
 * @param declared a Content-Type; one that says nothing (`application/octet-stream`) agrees with everything
 */
export function detectMediaType(
  head: Buffer,
  declared: string,
): { readonly kind: MediaKind; readonly type: string } | undefined {
  const readings = signatures.find(({ matches }) => matches(head))?.readings ?? {}
  const kind = declaredKind(declared)
  for (const [each, type] of Object.entries(readings) as [MediaKind, string][]) {
    if (kind === 'any' || kind === each) return { kind: each, type }
  }
  return undefined
}

/** What a Content-Type says of the kind of a file; undefined when it says that it is no media. */
export function declaredKind(contentType: string): MediaKind | 'any' | undefined {
  const [type = ''] = contentType.toLowerCase().split(';', 1)
  const [kind = ''] = type.trim().split('/', 1)
  if (kind === 'image' || kind === 'video' || kind === 'audio') return kind
  return /^(|(application|binary)\/octet-stream|application\/(ogg|mp4))$/.test(type.trim())
    ? 'any'
    : undefined
}

function startsWith(text: string): Signature['matches'] {
  const bytes = Buffer.from(text, 'latin1')
  return (head) => head.subarray(0, bytes.length).equals(bytes)
}

function isRiff(format: string): Signature['matches'] {
  return (head) => latin1(head, 0, 4) === 'RIFF' && latin1(head, 8, 12) === format
}

/** ISO 14496-12, section 4.3: the first box is `ftyp`, and names what the file is first of all. */
function hasBrand(brand: RegExp): Signature['matches'] {
  return (head) => latin1(head, 4, 8) === 'ftyp' && brand.test(latin1(head, 8, 12))
}

/** Browsers play WebM alone of all that is Matroska: the header (RFC 8794) names it. */
function isWebm(head: Buffer): boolean {
  return head.subarray(0, 4).toString('hex') === '1a45dfa3' && latin1(head, 4, 64).includes('webm')
}

/** A frame of MPEG audio without a tag before it: eleven bits set, then version and layer (none for AAC in ADTS). */
function isFrame(...layers: readonly number[]): Signature['matches'] {
  return ([first = 0, second = 0]) =>
    first === 0xff && (second & 0xe0) === 0xe0 && layers.includes((second & 0b110) >> 1)
}

function latin1(head: Buffer, start: number, end: number): string {
  return head.toString('latin1', start, end)
}

/** Whether a file is a picture as iPhones keep it (ISO 23008-12, 10.2), which browsers do not show. */
export function isHeic(head: Buffer): boolean {
  return hasBrand(/^(hei[cxms]|hev[cxms])$/)(head)
}
