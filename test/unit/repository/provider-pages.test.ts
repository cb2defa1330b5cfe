import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeResource } from '../../../src/config/describe-resource.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { presetNames } from '../../../src/config/presets.ts';
import { reasonTable } from '../../../src/authz/reason-table.ts';
import { discoveryUrls } from '../../../src/oauth/discovery-urls.ts';
import { readProviderPages } from '../../support/provider-pages.ts';

const pages = readProviderPages();
const env = { OKTA_SECRET: 's', PING_SECRET: 's', KEYCLOAK_SECRET: 's', SSO_SECRET: 's' };
const configurations = pages.flatMap(({ name, configurations }) =>
  configurations.map((text, at) => [`${name}, block ${at + 1}`, text] as const),
);

function load(text: string) {
  const loaded = loadConfig({ text, file: 'postern.yaml', env, readFile: () => '' });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded));
  return loaded.value;
}

it('there is a page for every preset, with a configuration that uses it', () => {
  const used = configurations.flatMap(([, text]) =>
    load(text).config.identityProviders.map(({ preset }) => preset),
  );

  expect([...new Set(used)].sort()).toEqual([...presetNames].sort());
  expect(pages.map(({ name }) => name).sort()).toEqual([...presetNames].sort());
});

describe.each(configurations)('%s', (name, text) => {
  it('loads, with no other warnings than those the page tells of', () => {
    const messages = load(text).warnings.map(({ message }) => message);

    const expected = name.startsWith('cognito') ? [expect.stringContaining('audience')] : [];
    expect(messages).toEqual(expected);
  });
});

it.each(pages.map(({ name, reasons }) => [name, reasons] as const))(
  '%s names reasons that there are',
  (_name, reasons) => {
    const known = new Set(['allowed', ...Object.keys(reasonTable)]);

    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.filter((reason) => !known.has(reason))).toEqual([]);
  },
);

it.each([
  [
    'https://example.okta.com/oauth2/default',
    'https://example.okta.com/oauth2/default/.well-known/openid-configuration',
  ],
  [
    'https://login.microsoftonline.com/tenant/v2.0',
    'https://login.microsoftonline.com/tenant/v2.0/.well-known/openid-configuration',
  ],
  ['https://sso.example.com:9031', 'https://sso.example.com:9031/.well-known/openid-configuration'],
  [
    'https://auth.pingone.eu/environment/as',
    'https://auth.pingone.eu/environment/as/.well-known/openid-configuration',
  ],
  [
    'https://id.example.com/realms/demo',
    'https://id.example.com/realms/demo/.well-known/openid-configuration',
  ],
  [
    'https://example.eu.auth0.com/',
    'https://example.eu.auth0.com/.well-known/openid-configuration',
  ],
  [
    'https://cognito-idp.eu-west-1.amazonaws.com/pool',
    'https://cognito-idp.eu-west-1.amazonaws.com/pool/.well-known/openid-configuration',
  ],
])('the metadata of %s are looked for first where the product has them', (issuer, url) => {
  expect(discoveryUrls(issuer)[0]).toBe(url);
});

describe('getting-tokens.md', () => {
  const file = join(import.meta.dirname, '..', '..', '..', 'docs', 'getting-tokens.md');
  const text = readFileSync(file, 'utf8');
  const block = (language: string): string =>
    new RegExp(`\\n\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? '';
  const { config, warnings } = load(block('yaml'));
  const [service] = config.services;
  const resource = service && describeResource(service, config.identityProviders);

  it('has a configuration that loads without a warning', () => {
    expect(warnings).toEqual([]);
  });

  it('shows the metadata that this configuration serves, and the challenge that names them', () => {
    expect(JSON.parse(block('json'))).toEqual(JSON.parse(resource?.body ?? ''));
    expect(block('http')).toContain(`resource_metadata="${resource?.url ?? ''}"`);
    expect(text).toContain(`\`GET ${resource?.url ?? ''}\``);
  });
});
