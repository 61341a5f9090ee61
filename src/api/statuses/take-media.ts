import { invalid } from './validation.ts'

/**
 * What a new post carries, of what its author has uploaded.
 * @param mediaIds in the order in which they are shown
 * @throws ApiError 422 for what is not there
 */
export function takeMedia(mediaIds: readonly string[]): void {
  if (mediaIds.length > 0) throw invalid('Media attachments cannot be found')
}
