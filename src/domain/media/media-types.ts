/** Everything that is served as media, by the extension of its file. */
const types: Readonly<Record<string, string>> = {
  aac: 'audio/aac',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  weba: 'audio/webm',
  avif: 'image/avif',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
  ogv: 'video/ogg',
  mov: 'video/quicktime',
  webm: 'video/webm',
}

const extensions = new Map(Object.entries(types).map(([extension, type]) => [type, extension]))

/** `bin` for what is no media. */
export function extensionOf(mediaType: string): string {
  return extensions.get(mediaType) ?? 'bin'
}

/** Of a file in the storage, by its key; undefined for what is not served. */
export function typeOfKey(key: string): string | undefined {
  const extension = key.split('.')[1]
  return extension === undefined ? undefined : types[extension]
}
