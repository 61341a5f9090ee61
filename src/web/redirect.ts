/** What was asked for stands at another path of ours. */
export type Redirect = { readonly location: string }
