/**
 * Who may import whom: main → app → the adapters → authz → lib. Adapters never import each other;
 * they meet in src/app. Each library has one home.
 */
const adapters = [
  'admin',
  'config',
  'envoy',
  'oauth',
  'server',
  'session',
  'store',
  'telemetry',
  'webhooks',
];

/** A folder of src and the folders that it may import from. */
const mayImport = {
  lib: [],
  authz: ['lib'],
  registry: ['authz', 'lib'],
  documents: ['lib'],
  kong: ['documents', 'lib'],
  ...Object.fromEntries(adapters.map((name) => [name, ['authz', 'lib']])),
  admin: ['authz', 'lib', 'registry'],
  config: ['authz', 'documents', 'lib', 'registry'],
  store: ['authz', 'documents', 'lib', 'registry'],
  telemetry: ['authz', 'lib', 'registry'],
  webhooks: ['authz', 'lib', 'registry'],
  version: [],
  app: [...adapters, 'authz', 'documents', 'lib', 'registry', 'version'],
  cli: ['app', 'authz', 'config', 'documents', 'kong', 'lib', 'store', 'version'],
  main: ['app', 'cli', 'config', 'lib'],
};

/** A library and the folders of src that may use it. */
const homes = {
  jose: ['oauth'],
  oauth4webapi: ['oauth'],
  undici: ['cli/admin-client', 'oauth', 'webhooks'],
  standardwebhooks: ['webhooks'],
  cockatiel: ['oauth'],
  ioredis: ['store/redis'],
  pino: ['telemetry'],
  '@prometheus-io/client': ['telemetry'],
  '@grpc/': ['envoy', 'server'],
  'grpc-health-check': ['server'],
  negotiator: ['envoy'],
  yaml: ['documents'],
  fastify: ['admin'],
  zod: ['admin', 'config', 'documents', 'kong', 'oauth', 'store'],
  commander: ['cli'],
  'cli-progress': ['cli'],
  'cli-table3': ['cli'],
};

/** `src/<name>/…` or `src/<name>.ts`. */
const unit = (name) => `^src/${name}(/|\\.ts$)`;

const layerRules = Object.entries(mayImport).map(([name, others]) => ({
  name: `${name}-imports-only-below`,
  comment: `src/${name} may import from: ${others.join(', ') || 'nothing'}.`,
  severity: 'error',
  from: { path: unit(name) },
  to: { path: '^src/', pathNot: [name, ...others].map(unit) },
}));

const homeRules = Object.entries(homes).map(([library, folders]) => ({
  name: `${library.replace(/\W+/g, '-').replace(/^-|-$/g, '')}-stays-home`,
  comment: `Only ${folders.map((folder) => `src/${folder}`).join(', ')} may use ${library}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: folders.map(unit) },
  to: { path: `(^|/)node_modules/${library}${library.endsWith('/') ? '' : '(/|$)'}` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...homeRules,
    {
      name: 'domain-is-pure',
      comment: 'src/authz and src/lib use no package and no built-in module.',
      severity: 'error',
      from: { path: '^src/(authz|lib)/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'core'] },
    },
    {
      name: 'permits-are-minted-in-two-places',
      comment: 'The linter knows the names; this holds dynamic imports and re-exports as well.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(authz/(check-acl|open-route)|envoy/shape-response)\\.ts$',
      },
      to: { path: '^src/authz/permit\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'admin-is-loaded-where-it-is-configured',
      comment: 'A sidecar without the Admin API loads none of its code.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(admin/|app/start-admin\\.ts$)' },
      to: {
        path: '^src/(admin/|app/start-admin\\.ts$)',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'webhooks-are-loaded-where-they-are-configured',
      comment: 'A process without webhooks loads none of their code.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(webhooks/|store/redis/webhooks/|app/open-webhooks\\.ts$)',
      },
      to: {
        path: '^src/(webhooks/|store/redis/webhooks/|app/open-webhooks\\.ts$)',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'src-stands-alone',
      comment: 'What ships imports nothing of what checks or shows it, and no development package.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|demo|bench|scripts)/' },
    },
    {
      name: 'no-development-package-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circular',
      comment: 'Types may know each other; modules that run may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads to a file or an installed package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
