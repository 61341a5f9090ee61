/** As many as an actor may put under one post. */
export const maxReactionsEach = 10

const maxLength = 40
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const emojiParts = /^[\p{Emoji}\p{Emoji_Component}]+$/u
/** What makes an emoji of it: digits and signs are parts of some, but none by themselves. */
const emojiCore = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|\u20e3/u
const singleEmoji = /^\p{RGI_Emoji}$/v

/**
 * One emoji in the spelling that everybody else's is compared with: fully qualified where Unicode has it so.
 * @returns undefined for anything but one emoji
 */
export function normalizeEmoji(text: string): string | undefined {
  if (text.length > maxLength || !emojiParts.test(text) || !emojiCore.test(text)) return undefined
  if ([...graphemes.segment(text)].length !== 1) return undefined
  const bare = text.replaceAll('\ufe0f', '')
  return [bare, `${bare}\ufe0f`].find((spelling) => singleEmoji.test(spelling)) ?? text
}

/** The shortcode in `blobcat`, `:blobcat:` and `:blobcat@away.example:`. */
export function shortcodeIn(text: string): string | undefined {
  return /^:?([\w+-]{1,100})(?:@[\w.-]{1,255})?:?$/.exec(text)?.[1]
}
