const mebibyte = 1_048_576

/** What members may upload: the same numbers as apps are told. Sizes are in bytes, matrices in pixels. */
export const uploadLimits = {
  types: [
    ...['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'],
    ...['video/mp4', 'video/webm', 'video/quicktime'],
    ...['audio/mpeg', 'audio/ogg', 'audio/wav', 'audio/flac', 'audio/mp4', 'audio/aac'],
  ],
  descriptionLength: 1500,
  imageBytes: 16 * mebibyte,
  imagePixels: 33_177_600,
  /** Frames of a picture that moves. */
  imageFrames: 2000,
  /** What a larger picture is scaled down to. */
  shownPixels: 8_294_400,
  previewPixels: 230_400,
  videoBytes: 99 * mebibyte,
  videoPixels: 8_294_400,
  videoFrameRate: 120,
  /** Seconds. */
  duration: 4 * 3600,
  perStatus: 4,
} as const
