import { describe } from '@jest/globals';
import { testWarnings } from './warning-rows.ts';

const audience = 'issuer: "https://a", audience_required: [x]';
const session =
  'identity_providers: [a], auth_methods: [bearer, session], acl: { allow: [g] }, session: { absolute_timeout: 3h }';
const keys = `session: { keys: [${'k'.repeat(32)}] }`;

describe('revocations that are kept shorter than tokens live', () => {
  testWarnings([
    [
      { top: 'revocations: { keep: 2h }', provider: `^${audience}` },
      [
        'identity_providers[0]: a has no max_token_age: a token that lives longer than revocations.keep (2h) counts again after that',
      ],
    ],
    [
      { top: 'revocations: { keep: 2h }', provider: `${audience}, max_token_age: ^3h` },
      [
        'identity_providers[0].max_token_age: longer than revocations.keep (2h), after which a revoked token counts again',
      ],
    ],
    [{ top: 'revocations: { keep: 2h }', provider: `${audience}, max_token_age: 2h` }, []],
    [
      {
        top: `revocations: { keep: 2h }\n${keys}`,
        provider: `${audience}, max_token_age: 2h`,
        service: `^${session}`,
      },
      [
        'services[0]: a session of s may be longer (absolute_timeout) than revocations.keep (2h), after which it counts again if its client was revoked',
      ],
    ],
    [{ top: keys, service: session }, []],
  ]);
});
