import { describe } from '@jest/globals';
import { expectedPrivateKey } from '../../../src/config/private-key.ts';
import { orders, testRows, type Row } from './problem-rows.ts';

const meant = 'this header has a meaning of its own';
const ours = 'Postern sets this header itself';

const headers: readonly Row[] = [
  ...['Authorization', 'cookie', 'Host', 'connection', 'content-length', 'te', 'upgrade'].map(
    (name): Row => [
      'service',
      `upstream_headers: { ${name}: ^a }`,
      `${orders}.upstream_headers.${name}`,
      meant,
    ],
  ),
  ...['transfer-encoding', 'proxy-x', 'x-envoy-x', 'X-Forwarded-User', 'x-request-id'].map(
    (name): Row => [
      'service',
      `upstream_headers: { ${name}: ^a }`,
      `${orders}.upstream_headers.${name}`,
      meant,
    ],
  ),
  ...['x-consumer-id', 'X-Consumer-Groups', 'x-credential-username'].map((name): Row => [
    'service',
    `upstream_headers: { ${name}: ^a }`,
    `${orders}.upstream_headers.${name}`,
    ours,
  ]),
  [
    'service',
    'upstream_headers: { ":path": ^a }',
    `${orders}.upstream_headers[":path"]`,
    'expected the name of a header',
  ],
  [
    'service',
    'upstream_headers: { x_tenant: ^a }',
    `${orders}.upstream_headers.x_tenant`,
    'expected a name without "_", which upstreams may read as "-"',
  ],
  [
    'service',
    'upstream_headers: { x-a: a, X-A: ^b }',
    `${orders}.upstream_headers.X-A`,
    'stands here twice, in another case',
  ],
  [
    'service',
    'upstream_headers: { x-a: ^[] }',
    `${orders}.upstream_headers.x-a`,
    'expected at least 1 item',
  ],
];

const signed = { top: 'upstream_jwt: { issuer: "https://postern.example" }' };

const jwts: readonly Row[] = [
  [
    'service',
    'upstream_jwt: ^{}',
    `${orders}.upstream_jwt`,
    'needs a section upstream_jwt at the top of the file, with its issuer',
  ],
  [
    'service',
    'upstream_jwt: { header: ^x-forwarded-jwt }',
    `${orders}.upstream_jwt.header`,
    meant,
    signed,
  ],
  [
    'service',
    'upstream_headers: { X-Jwt: a }, upstream_jwt: { header: ^x-jwt }',
    `${orders}.upstream_jwt.header`,
    'upstream_headers has this header already',
    signed,
  ],
  ['top', 'upstream_jwt: ^{}', 'upstream_jwt.issuer', 'required; expected a string'],
  ['top', 'upstream_jwt: { issuer: a, keys: [^x] }', 'upstream_jwt.keys[0]', expectedPrivateKey],
  [
    'top',
    'upstream_jwt: { issuer: a, key_files: [^word] }',
    'upstream_jwt.key_files[0]',
    expectedPrivateKey,
  ],
  [
    'top',
    'upstream_jwt: { issuer: a, ttl: ^25h }',
    'upstream_jwt.ttl',
    'expected a duration from 1s to 24h',
  ],
];

const needsUrl = 'needs public_url, which is what proofs are made for';
const url = 'expected an https:// URL without user, query and fragment';

const proofs: readonly Row[] = [
  [
    'service',
    'proof_of_possession_dpop: ^optional',
    `${orders}.proof_of_possession_dpop`,
    needsUrl,
  ],
  [
    'service',
    'public_url: "https://a", proof_of_possession_dpop: ^strict',
    `${orders}.proof_of_possession_dpop`,
    'expected one of: off, optional, required',
  ],
  [
    'service',
    'public_url: "https://a", auth_methods: [bearer, client_credentials], proof_of_possession_dpop: ^required',
    `${orders}.proof_of_possession_dpop`,
    'required leaves no use for client_credentials: such callers bring no proof',
  ],
  [
    'service',
    'auth_methods: [bearer, session], proof_of_possession_mtls: ^required',
    `${orders}.proof_of_possession_mtls`,
    'required leaves no use for session: such callers bring no proof',
  ],
  ['service', 'public_url: ^"http://api.example"', `${orders}.public_url`, url],
  ['service', 'public_url: ^"https://api.example/?a"', `${orders}.public_url`, url],
  ['service', 'public_url: ^"https://u@api.example"', `${orders}.public_url`, url],
];

const words = 'expected at least one word';

const requirements: readonly Row[] = [
  ['service', 'groups_required: [^""]', `${orders}.groups_required[0]`, words],
  ['service', 'roles_required: [a, ^" "]', `${orders}.roles_required[1]`, words],
  [
    'service',
    'claims_required: [^1]',
    `${orders}.claims_required[0]`,
    'expected the name of a claim, or { claim, values }',
  ],
  [
    'service',
    'claims_required: [{ claim: a, values: ^[] }]',
    `${orders}.claims_required[0].values`,
    'expected at least 1 item',
  ],
  [
    'service',
    'claims_forbidden: [{ claim: a, values: [^[a]] }]',
    `${orders}.claims_forbidden[0].values[0]`,
    'expected a string, a number, true or false',
  ],
  [
    'service',
    'claims_forbidden: [{ claim: a, ^value: b }]',
    `${orders}.claims_forbidden[0].value`,
    'unknown key "value"; did you mean "values"?',
  ],
  [
    'service',
    'routes: [{ name: a, auth: ^none, claims_required: [b] }]',
    `${orders}.routes[0].auth`,
    'auth: none leaves nobody for claims_required to judge',
  ],
];

describe.each([
  ['a header for upstreams', headers],
  ['a JWT for upstreams', jwts],
  ['a proof', proofs],
  ['a requirement', requirements],
])('loadConfig refuses %s', (_, rows) => {
  testRows(rows);
});
