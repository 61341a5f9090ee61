/** The directions: edges -> domain -> store -> db, with lib under everything. */
const EDGES = ['api', 'cli', 'federation', 'jobs', 'web']
const EDGE = `^src/(${EDGES.join('|')})/`
const NPM = 'node_modules/'

/** Files under `from` may import what `to` matches, packages and Node's own modules; nothing else of ours. */
function only(name, from, to, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: '^(src|migrations|test|bench)/', pathNot: to },
  }
}

function never(name, from, to, comment) {
  return { name, comment, severity: 'error', from, to }
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    only('lib-knows-lib', '^src/lib/', '^src/lib/', 'lib has no fediverse meaning: it imports lib only.'),
    only(
      'config-knows-lib',
      '^src/config\\.ts$',
      '^src/lib/',
      'Settings are read before anything else exists.',
    ),
    only('db-knows-lib', '^src/db/', '^src/(db|lib)/|^src/(context|config)\\.ts$', 'db lies under store.'),
    only(
      'store-knows-db',
      '^src/store/',
      '^src/(store|db|lib)/|^src/context\\.ts$',
      'store is SQL and nothing else.',
    ),
    only(
      'domain-knows-store',
      '^src/domain/',
      '^src/(domain|store|db|lib)/|^src/(context|config)\\.ts$',
      'The domain speaks no outside language.',
    ),
    ...EDGES.map((edge) =>
      never(
        `${edge}-knows-no-other-edge`,
        { path: `^src/${edge}/`, pathNot: '^src/jobs/handlers\\.ts$' },
        { path: EDGE, pathNot: `^src/${edge}/` },
        'Edges meet in the domain, never each other.',
      ),
    ),
    never(
      'handlers-list-what-leaves',
      { path: '^src/jobs/handlers\\.ts$' },
      { path: EDGE, pathNot: '^src/(jobs|federation/(outbox|remote))/' },
      'Of other edges the table of jobs may list what federation/outbox sends and federation/remote asks, and no more.',
    ),
    never(
      'composition-is-on-top',
      { path: '^src/', pathNot: '^src/(main|serve|app|bootstrap)\\.ts$|^src/cli/' },
      { path: '^src/(main|serve|app|bootstrap)\\.ts$' },
      'What is composed does not know its composer; a command may compose.',
    ),
    never(
      'main-is-the-end',
      { pathNot: '^(test|bench)/' },
      { path: '^src/main\\.ts$' },
      'Nothing imports main.',
    ),
    never(
      'context-is-types',
      { path: '^src/context\\.ts$' },
      { dependencyTypesNot: ['type-only'] },
      'That context.ts has only types is what keeps cycles out; construction is in bootstrap.ts.',
    ),
    never(
      'federation-alone-knows-fedify',
      { path: '^src/', pathNot: '^src/federation/' },
      { path: '(^|/)@fedify/' },
      'Fedify is one way to speak ActivityStreams: it stays at that edge.',
    ),
    never(
      'store-alone-writes-queries',
      { path: '^src/', pathNot: '^src/(store|db)/|^src/(context|health)\\.ts$' },
      { path: `(^|${NPM})kysely(/|$)`, dependencyTypesNot: ['type-only'] },
      'A query has one home, where its plan is looked at; health asks for nothing but an answer.',
    ),
    never(
      'migrations-are-frozen',
      { path: '^migrations/' },
      { pathNot: `(^|${NPM})kysely(/|$)` },
      'Whatever a migration imported could change under it: Kysely only.',
    ),
    never(
      'source-is-apart',
      { path: '^src/' },
      { path: '^(test|bench|migrations)/' },
      'The program does not import its tests.',
    ),
    never(
      'source-needs-no-dev-package',
      { path: '^(src|migrations)/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
      '`npm ci --omit=dev` must leave a program that starts.',
    ),
    never(
      'packages-are-declared',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
      'An import that no line of package.json answers for can vanish with any update.',
    ),
    never('everything-resolves', {}, { couldNotResolve: true }, 'An import leads nowhere.'),
  ],
  options: {
    doNotFollow: { path: NPM },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
}
