// The ranks of the modules, as rules: imports between the folders of src/ go down only. A module may use what stands above it
// in this list, and nothing of its own line but itself. What a lower module must tell a higher one, it returns, or writes as a
// row in the same transaction.
const RANKS = [
  ['common', 'config', 'crypto', 'database', 'jobs', 'limits', 'tracing'],
  ['auth', 'key-rotation'],
  ['audit'],
  ['facilities'],
  ['schedulers', 'contacts', 'feed'],
  ['notifications'],
  ['calendars'],
  ['availability'],
  ['appointments'],
  ['webhooks', 'drift'],
  ['operations', 'health'],
  ['rights'],
  ['console'],
];

/** The folders whose targets do not follow from their line. */
const ALLOWED = {
  common: [],
  config: ['common'],
  crypto: ['common', 'config'],
  database: ['common', 'config', 'crypto'],
  jobs: ['common', 'config', 'database'],
  limits: ['common', 'config', 'database'],
  tracing: ['common', 'config'],
  // The reference hospital and the vendor's kit stand outside the hub: they speak to it over HTTP, as a hospital does.
  // What the document says beyond what the code of the routes does: words and examples.
  docs: [],
  sandbox: ['common'],
  conformance: ['common'],
};

/** Where the parts are put together: the files of src/ itself, and the folders of programs. They may import all. */
const TOP = '^src/([^/]+\\.ts$|(start|journeys|commands)/)';
const SPEC = '\\.(e2e-)?spec\\.ts$';

RANKS.forEach((modules, rank) => {
  for (const name of modules) ALLOWED[name] ??= RANKS.slice(0, rank).flat();
});

const ranks = Object.entries(ALLOWED).map(([name, below]) => ({
  name: `rank-of-${name}`,
  comment: `src/${name} may import ${below.length === 0 ? 'no other folder' : `only ${below.join(', ')}`}: imports go down only. Move what both need to a lower module, or let the higher one call.`,
  severity: 'error',
  from: { path: `^src/${name}/`, pathNot: SPEC },
  to: { path: '^src/[^/]+/', pathNot: [`^src/(${[name, ...below].join('|')})/`, TOP] },
}));

// A pure file is one whose name says which question it answers, and that has no dotted kind: `slot-match.ts` is pure,
// `slot-claim.entity.ts`, `month.service.ts` and `slot-match.spec.ts` are not.
const PURE = [
  '^src/.+-(policy|match|rules|diff|parser|outcome|verdict|effect|state)\\.ts$',
  '^src/[^.]+/slot-[^/.]+\\.ts$',
  '^src/[^.]+/month[^/.]*\\.ts$',
  '^src/[^.]+/base-url\\.ts$',
];
const KINDS_WITH_IO =
  '\\.(module|controller|service|repository|entity|subscriber|dto|client|connector|job|guard|filter|pipe|middleware|interceptor)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...ranks,
    {
      name: 'every-folder-has-a-rank',
      comment: 'A new folder of src/ gets a line in RANKS (and in the design) before it is used: without one, nothing holds its imports.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: [`^src/(${Object.keys(ALLOWED).join('|')})/`, TOP] },
    },
    {
      name: 'nothing-imports-the-top',
      comment: 'app.module, main, the start and the journeys put the parts together: a part that imports them imports everything.',
      severity: 'error',
      from: { path: '^src/', pathNot: [TOP, SPEC] },
      to: { path: TOP },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one file, or need a third below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'repository-and-controller-stay-home',
      comment: "A module shows its service: its queries and its routes are its own. Ask the module's service instead.",
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: SPEC },
      to: { path: '^src/[^/]+/.*\\.(repository|controller)\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'pure-files-know-no-framework',
      comment: 'A rule is a function of plain values, so that a table can test it: no Nest, ORM, HTTP client or database driver.',
      severity: 'error',
      from: { path: PURE },
      to: {
        path: '(^|node_modules/)(@nestjs|@mikro-orm|axios|pg|pg-boss|express|rxjs|class-validator|class-transformer|nestjs-pino|pino)(/|$)',
      },
    },
    {
      name: 'pure-files-do-no-io',
      comment: 'A rule reads no file, network or clock: the caller loads, and hands in the time. (node:net is allowed for its isIP.)',
      severity: 'error',
      from: { path: PURE },
      to: {
        path: ['^(node:)?(fs|tls|dns|dgram|http|https|http2|child_process|worker_threads|cluster|timers)(/|$)', '^src/common/clock\\.ts$'],
      },
    },
    {
      name: 'pure-files-know-only-types-of-the-rest',
      comment: 'A rule may name a type of an entity (`import type`); its code runs without services, entities and DTOs.',
      severity: 'error',
      from: { path: PURE },
      to: { path: KINDS_WITH_IO, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'opentelemetry-only-where-it-is-on',
      comment:
        'Whoever has no collector is not to load OpenTelemetry: its folder is imported dynamically, by the module that knows whether it is on.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: ['^src/tracing/otel/', SPEC] },
      to: { path: ['^src/tracing/otel/', '(^|node_modules/)@opentelemetry/'], dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'What tests and benchmarks share stays in test/ and bench/: the build leaves it out, so the product would not start.',
      severity: 'error',
      from: { path: '^src/', pathNot: SPEC },
      to: { path: `^(test|bench|scripts)/|${SPEC}` },
    },
    {
      name: 'no-development-dependency-in-the-product',
      comment: 'A production install leaves devDependencies out: move the package to dependencies.',
      severity: 'error',
      from: { path: '^src/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that package.json does not name is there by luck: another version of the one that brought it may leave it out.',
      severity: 'error',
      from: { path: '^src/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolvable',
      comment: 'The import leads nowhere: a wrong path, a missing `.js`, or a package that is not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'A migration is history: it must do the same after the code it was written with has changed.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/|^src/metadata\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    moduleSystems: ['es6', 'cjs'],
    skipAnalysisNotInRules: false,
  },
};
