import { describe, expect, it } from '@jest/globals';
import { refusals, translate, withOidc } from './translate.ts';

function file(secret: string, more = ''): string {
  return `
_format_version: "3.0"
${more}
services:
  - name: orders
    routes: [{ name: all, paths: [/] }]
    plugins:
      - name: openid-connect
        config:
          issuer: https://idp.example
          auth_methods: [introspection]
          client_id: [gw]
          client_secret:
            - ${secret}
          consumer_claim: [client_id]
`;
}

describe('references', () => {
  it.each([
    ['${{ env "SECRET" }}', '${SECRET}'],
    ['"${{ env "SECRET" }}"', '${SECRET}'],
    [`'\${{env 'SECRET'}}'`, '${SECRET}'],
    ['pre-${{ env "SECRET" }}-post', 'pre-${SECRET}-post'],
    ['"{vault://env/secret}"', '${SECRET}'],
    ['"{vault://env/kong-secret?ttl=10}"', '${KONG_SECRET}'],
    ['"{vault://env/secret?prefix=KONG_}"', '${KONG_SECRET}'],
    ['a${SECRET}b', 'a$${SECRET}b'],
  ])('%s becomes %s', (written, wanted) => {
    const { postern, problems } = translate(file(written));

    expect(postern.identity_providers[0].client.secret).toBe(wanted);
    expect(problems).toEqual([]);
  });

  it('to a vault of kind env take its prefix', () => {
    const vaults = 'vaults: [{ prefix: mine, name: env, config: { prefix: kong_ } }]';

    const { postern } = translate(file('"{vault://mine/secret}"', vaults));

    expect(postern.identity_providers[0].client.secret).toBe('${KONG_SECRET}');
  });

  it.each([['"{vault://hcv/secret}"'], ['"{vault://env/json/member}"'], ['"{vault://env/}"']])(
    '%s stop the import, and never stand in it',
    (written) => {
      const translated = translate(file(written), { acceptLoss: ['openid-connect.client_secret'] });

      expect(refusals(translated)).toEqual(['openid-connect.client_secret']);
      expect(translated.stopped).toBe(true);
    },
  );

  it.each(['${{ env "SECRET" | toInt }}', '${{ include "x" }}', '${{ env SECRET }}'])(
    'of another form are a problem: %s',
    (written) => {
      expect(() => translate(file(written))).toThrow(/env "NAME"/);
    },
  );

  it('outside openid-connect stop the import', () => {
    const consumers = [{ username: '${{ env "DECK_NAME" }}' }];
    const text = JSON.stringify(withOidc({}, { consumers })).replaceAll('\\"', '"');

    expect(refusals(translate(text))).toEqual(['reference']);
  });

  it.each([
    ['a name', { introspection_post_args_names: ['X'], introspection_post_args_values: ['1'] }],
    ['a key', { client_auth: ['private_key_jwt'], client_jwk: [{ kty: 'X' }] }],
  ])('in %s are never written as if they were the value', (_name, config) => {
    const text = JSON.stringify(withOidc({ client_id: ['gw'], ...config }));
    const marked = text.replace('"X"', '"{vault://env/x}"');

    const translated = translate(marked);

    expect(JSON.stringify(translated.postern ?? null)).not.toContain('{vault://');
  });

  it('cannot be forged by the characters that mark them', () => {
    expect(() => translate(file('\uE000SECRET\uE001'))).toThrow(/private use/);
  });
});
