const things: Readonly<Record<string, string>> = {
  accounts: 'your account and profile',
  blocks: 'whom you block',
  bookmarks: 'your bookmarks',
  collections: 'collections of accounts',
  conversations: 'your conversations',
  favourites: 'your favourites',
  filters: 'your filters',
  follows: 'whom you follow',
  lists: 'your lists',
  media: 'files that you upload',
  mutes: 'whom you mute',
  notifications: 'your notifications',
  reports: 'reports to moderators',
  search: 'what you search for',
  statuses: 'posts',
}

const wholes: Readonly<Record<string, string>> = {
  read: 'See everything in your account: posts, also private ones, lists, notifications and settings',
  write: 'Do everything that you can do: post, delete, edit your profile, upload files, file reports',
  follow: 'See and change whom you follow, block and mute',
  push: 'Send you notifications',
  profile: 'See who you are: your name, picture and profile',
  'admin:read': 'See everything that those who run this server see',
  'admin:write': 'Do everything that those who run this server can do',
}

/** What a scope lets an app do, for whoever is asked to allow it. */
export function describeScope(scope: string): string {
  const whole = wholes[scope]
  if (whole !== undefined) return whole
  const [, admin, verb, thing = ''] = /^(admin:)?(read|write):(\w+)$/.exec(scope) ?? []
  const named = things[thing] ?? thing.replaceAll('_', ' ')
  if (admin !== undefined)
    return `${verb === 'read' ? 'See' : 'Change'}, as one who runs this server: ${named}`
  return `${verb === 'read' ? 'See' : 'Change'} ${named}`
}
