/** Where people read what an admin has written, as Mastodon has it. */
export const textPaths = { privacyPolicy: '/privacy-policy', termsOfService: '/terms-of-service' } as const

/** A plain text by its paragraphs: an empty line begins one. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
