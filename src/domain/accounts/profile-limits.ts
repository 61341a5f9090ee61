/** In characters; as Mastodon has them, since apps count along. */
export const profileLimits = {
  displayName: 30,
  summary: 500,
  fields: 4,
  fieldName: 255,
  fieldValue: 255,
  note: 2000,
  pictureDescription: 1500,
} as const
