/** What a body of ours is where the strict schema names no entity. JSON Schema 2020-12, id `more`. */
const text = { type: 'string' }
const digits = { type: 'string', pattern: '^[0-9]+$' }
const whole = { type: 'integer', minimum: 0 }

function object(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', required, properties }
}

function only(properties: Record<string, object>): object {
  return { ...object(properties), additionalProperties: false }
}

const flag = { type: 'boolean' }
const none = { type: 'array', maxItems: 0 }
const item = object({ id: digits, account_id: digits, state: { enum: ['accepted'] }, created_at: text })
const collection = object({
  ...{ id: digits, account_id: digits, uri: text, url: { type: 'null' }, name: text, description: text },
  ...{ language: { type: ['string', 'null'] }, local: flag, sensitive: flag, discoverable: flag },
  tag: { anyOf: [only({ name: text, url: text }), { type: 'null' }] },
  ...{ item_count: whole, items: { type: 'array', items: item }, created_at: text, updated_at: text },
})

const textOrNull = { type: ['string', 'null'] }
const wholeOrNull = { type: ['integer', 'null'], minimum: 0 }
const followerStates = ['waiting', 'told', 'followed', 'refused', 'unreachable']
const counts = Object.fromEntries(followerStates.map((state) => [state, whole]))
const recovery = object(
  {
    ...{ id: digits, state: text, former: text, handle: textOrNull, made_at: text, has_key: flag },
    ...{ holds: { type: 'object' }, started_at: textOrNull, sweep: whole, next_sweep_at: textOrNull },
    followers: { type: 'object', additionalProperties: whole },
    items: { type: 'array', items: only({ kind: text, state: text, count: whole }) },
    hosts: {
      type: 'array',
      items: only({ host: text, software: textOrNull, detail: textOrNull, ...counts }),
    },
  },
  ['hosts'],
)

export const moreEntities = {
  $id: 'more',
  $defs: {
    Empty: only({}),
    Text: text,
    Flag: { type: 'boolean' },
    Count: only({ count: whole }),
    Merged: only({ merged: { type: 'boolean' } }),
    Rule: object({ id: digits, text, hint: text }),
    ExtendedDescription: object({ updated_at: text, content: text }),
    Activity: object({ week: digits, statuses: digits, logins: digits, registrations: digits }),
    DomainBlock: object({ domain: text, digest: text, severity: { enum: ['silence', 'suspend'] } }),
    DomainBlockPreview: object({ following_count: whole, followers_count: whole }),
    Application: object({
      id: digits,
      name: text,
      scopes: { type: 'array', items: text },
      redirect_uris: { type: 'array', items: text },
    }),
    FilterStatus: object({ id: digits, status_id: digits }),
    Reaction: object({ name: text, count: whole, me: { type: 'boolean' } }),
    Languages: { type: 'object', additionalProperties: { type: 'array', items: text } },
    OEmbed: object({ type: { const: 'rich' }, version: { const: '1.0' }, html: text, width: {}, height: {} }),
    UserInfo: object({
      iss: text,
      sub: text,
      name: text,
      preferred_username: text,
      profile: text,
      picture: text,
    }),
    SearchV1: {
      ...object({
        accounts: { type: 'array', items: { $ref: 'client-strict#/$defs/Account' } },
        statuses: { type: 'array', items: { $ref: 'client-strict#/$defs/Status' } },
        hashtags: { type: 'array', items: text },
      }),
    },
    Profile: object({ id: digits, display_name: text, note: text, fields: { type: 'array' } }),
    MutedAccount: {
      allOf: [
        { $ref: 'client-strict#/$defs/Account' },
        object({ mute_expires_at: { type: ['string', 'null'] } }),
      ],
    },
    Nothing: none,
    CollectionOnly: only({ collection }),
    CollectionWithAccounts: only({
      collection,
      accounts: { type: 'array', items: { $ref: 'client-strict#/$defs/Account' } },
    }),
    CollectionList: only({ collections: { type: 'array', items: collection } }),
    CollectionItemOnly: only({ collection_item: item }),
    TermsOfService: only({ effective_date: text, effective: flag, content: text, succeeded_by: {} }),
    AnnualReports: only({ annual_reports: none, accounts: none, statuses: none }),
    AnnualReportState: only({ state: { enum: ['available', 'generating', 'eligible', 'ineligible'] } }),
    Archive: only({
      id: digits,
      state: { enum: ['pending', 'running', 'ready', 'failed'] },
      done: whole,
      total: { type: ['integer', 'null'] },
      problem: { type: ['string', 'null'] },
      bytes: { type: ['integer', 'null'] },
      created_at: text,
      ready_at: { type: ['string', 'null'] },
      expires_at: { type: ['string', 'null'] },
    }),
    Import: only({
      ...{ id: digits, type: text, mode: { enum: ['merge', 'overwrite'] }, dry_run: flag, file_name: text },
      state: { enum: ['pending', 'running', 'done', 'failed', 'cancelled'] },
      ...{ total: wholeOrNull, done: whole, added: whole, kept: whole, failed: whole, removed: whole },
      ...{ software: textOrNull, former_account: textOrNull, problem: textOrNull },
      ...{ created_at: text, finished_at: textOrNull },
    }),
    ImportRow: only({
      number: whole,
      cells: { anyOf: [text, { type: 'array', items: text }] },
      outcome: { enum: ['waiting', 'added', 'kept', 'failed'] },
      detail: textOrNull,
    }),
    Accepted: only({ status: { enum: ['Accepted'] } }),
    Kit: only({
      ...{ created_at: text, refreshed_at: textOrNull, with_key: flag, with_media: flag },
      standby: { anyOf: [only({ uri: text, acct: textOrNull }), { type: 'null' }] },
      former_standbys: { type: 'array', items: text },
      contents: { type: 'object' },
      missing: only({ followers: whole, follows: whole, posts: whole }),
      destinations: {
        type: 'array',
        items: only({
          ...{ id: digits, kind: { enum: ['email', 'webdav', 'locker'] }, label: text },
          ...{ problem: textOrNull, sent_at: textOrNull, failed_at: textOrNull },
        }),
      },
    }),
    Recovery: recovery,
    RecoveryFollower: only({
      ...{ id: digits, actor: text, handle: textOrNull, host: text, software: textOrNull },
      state: { enum: followerStates },
      ...{ told_by: textOrNull, told_at: textOrNull, followed_at: textOrNull, detail: textOrNull },
    }),
    /** Of what is a 404 always, and of files. */
    Anything: {},
  },
}
