import type { NotificationType } from '../notifications/notify.ts'

/** The title of a message; `name` is who did it. */
export type Words = { readonly [Type in NotificationType]: (name: string) => string }

const en: Words = {
  mention: (name) => `${name} mentioned you`,
  status: (name) => `${name} just posted`,
  reblog: (name) => `${name} boosted your post`,
  follow: (name) => `${name} is now following you`,
  follow_request: (name) => `${name} has requested to follow you`,
  favourite: (name) => `${name} favourited your post`,
  poll: () => 'A poll you voted in has ended',
  update: (name) => `${name} edited a post`,
  quote: (name) => `${name} quoted your post`,
  quoted_update: (name) => `${name} edited a post you have quoted`,
  severed_relationships: (name) => `You have lost connections with ${name}`,
  'admin.sign_up': (name) => `${name} signed up`,
  'admin.report': (name) => `${name} submitted a report`,
  'pleroma:emoji_reaction': (name) => `${name} reacted to your post`,
}

/** By language (BCP 47, without a region). */
const languages: Readonly<Record<string, Words>> = { en }

/** In the language of a member, or else in English. */
export function wordsFor(locale: string): Words {
  return languages[locale.toLowerCase().split(/[-_]/)[0] ?? ''] ?? en
}
