import { statusUri, type Addressed, type Home } from '../accounts/addresses.ts'

/**
 * The collection of everything said in a thread that began here:
 * https://codeberg.org/fediverse/fep/src/branch/main/fep/f228/fep-f228.md
 */
export function threadContextUri(
  home: Home,
  root: { readonly id: string; readonly uri: string | null },
  author: Addressed,
): string {
  return `${statusUri(home, root, author)}/context`
}
