import { defineCommand } from './command.ts'

/** Whoever opens the database migrates it; this is for doing so before a new release serves. */
export const migrate = defineCommand({
  path: ['migrate'],
  args: [],
  options: {},
  help: 'Bring the database up to date.',
  run: async () => ({ json: { migrated: true }, text: 'The database is up to date.' }),
})
