type Property = Record<string, any>
type Schema = { properties: Record<string, Property>; required: string[] }

/** As much of the document as its mending touches. */
export type Documented = {
  readonly paths: Record<string, any>
  readonly components: { readonly schemas: Record<string, any> }
}

/** Where Mastodon's documentation is wrong about Mastodon, and what its server and all apps do instead. */
export type Override = {
  readonly about: string
  readonly why: string
  readonly change: (document: Documented) => void
}

export const overrides: readonly Override[] = [
  entity(
    'WebPushSubscription',
    'The id is a number in what Mastodon answers and apps decode, and not each alert has its key.',
    ({ properties }) => {
      properties.id!.type = 'integer'
      delete properties.alerts!.required
    },
  ),
  entity('CustomError422', 'Mastodon answers with the text beside the details.', (schema) => {
    schema.properties.error = { type: 'string' }
  }),
  ...['PreviewCard', 'TrendsLink'].map((name) =>
    entity(name, 'Mastodon sends an empty text where it knows no such address.', ({ properties }) => {
      for (const key of ['author_url', 'provider_url', 'embed_url']) delete properties[key]?.format
    }),
  ),
  entity(
    'ValidationError',
    'Mastodon tells details when somebody signs up, and else only what is wrong.',
    (schema) => {
      schema.required = ['error']
    },
  ),
  ...['Status', 'StatusEdit'].map((name) =>
    entity(name, 'A quote whose status is not told is of both kinds.', ({ properties }) => {
      properties.quote = { anyOf: properties.quote!.oneOf }
    }),
  ),
  entity(
    'V1Instance',
    'Mastodon sends an empty text where no address is set, as do we.',
    ({ properties }) => void delete properties.email!.format,
  ),
  entity(
    'Instance',
    'Mastodon sends an empty text where no address is set, as do we.',
    ({ properties }) => void delete properties.contact!.properties.email.format,
  ),
  entity(
    'ScheduledStatus',
    'As a number the id would lose digits; apps that know it decode text, too.',
    ({ properties }) => {
      properties.params!.properties.in_reply_to_id.type = ['string', 'null']
    },
  ),
  {
    about: 'GET /api/v1/filters',
    why: 'Its own example, and Mastodon, answer with a list.',
    change: ({ paths }) => {
      const content = paths['/api/v1/filters'].get.responses['200'].content['application/json']
      content.schema = { type: 'array', items: content.schema }
    },
  },
]

function entity(about: string, why: string, change: (schema: Schema) => void): Override {
  return { about, why, change: ({ components }) => change(components.schemas[about]) }
}
