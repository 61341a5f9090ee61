/** As long as Mastodon: what is older when it comes here is no news to those who listen. */
const liveMs = 6 * 3600_000

/** Whether open streams are told of a status that has come here. */
export function isLive({ now }: { readonly now: () => Date }, createdAt: Date | string): boolean {
  return now().getTime() - new Date(createdAt).getTime() < liveMs
}
