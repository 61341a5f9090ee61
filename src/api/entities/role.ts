import type { UserRole } from '../../store/users.ts'

/** https://docs.joinmastodon.org/entities/Account/#roles */
export type AccountRoleJson = { readonly id: string; readonly name: string; readonly color: string }

const shown: Partial<Record<UserRole, AccountRoleJson>> = {
  moderator: { id: '1', name: 'Moderator', color: '' },
  admin: { id: '2', name: 'Admin', color: '' },
  owner: { id: '3', name: 'Owner', color: '' },
}

/** Those who look after the server are known as such. */
export function presentRoles(role: UserRole | null): AccountRoleJson[] {
  const known = role === null ? undefined : shown[role]
  return known === undefined ? [] : [known]
}
