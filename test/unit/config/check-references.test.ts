import { describe, expect, it } from '@jest/globals';
import { problemsOf, readMarks } from './load.ts';

interface Sketch {
  readonly top?: string;
  readonly providers: readonly string[];
  readonly services: readonly string[];
}

function sketch({ top = '', providers, services }: Sketch): string {
  const list = (items: readonly string[]) => items.map((item) => `  - { ${item} }`);
  return [
    'store: { file: { path: c.yaml } }',
    top,
    'identity_providers:',
    ...list(providers),
    'services:',
    ...list(services),
    '',
  ].join('\n');
}

const a = 'name: a, issuer: "https://a"';
const b = 'name: b, issuer: "https://b"';
const client = 'client: { id: x, secret: y }';

describe('checkReferences', () => {
  it.each<[string, Sketch, string[]]>([
    [
      'two providers of one name',
      {
        providers: [a, 'name: ^a, issuer: "https://b"'],
        services: ['name: s, identity_providers: [a]'],
      },
      ['identity_providers[1].name: identity_providers[0] has the same name'],
    ],
    [
      'two Services of one name',
      {
        providers: [a],
        services: ['name: s, identity_providers: [a]', 'name: ^s, identity_providers: [a]'],
      },
      ['services[1].name: services[0] has the same name'],
    ],
    [
      'a provider that does not exist, with the one that was meant',
      {
        providers: ['name: okta, issuer: "https://a"'],
        services: ['name: s, identity_providers: [^otka2, ^okt]'],
      },
      [
        'services[0].identity_providers[0]: no identity provider has this name',
        'services[0].identity_providers[1]: no identity provider has this name; did you mean "okta"?',
      ],
    ],
    [
      'a provider named like something that every object has',
      { providers: [a], services: ['name: s, identity_providers: [^constructor]'] },
      ['services[0].identity_providers[0]: no identity provider has this name'],
    ],
    [
      'two providers of a Service with one issuer',
      {
        providers: [a, 'name: b, issuer: "https://a"'],
        services: ['name: s, identity_providers: [a, ^b]'],
      },
      ['services[0].identity_providers[1]: accepts an issuer that a of this Service accepts too'],
    ],
    [
      'two providers of a Service that allow one issuer',
      {
        providers: [a, `${b}, issuers_allowed: ["https://c"]`, 'name: c, issuer: "https://c"'],
        services: ['name: s, identity_providers: [a, b, ^c]'],
      },
      ['services[0].identity_providers[2]: accepts an issuer that b of this Service accepts too'],
    ],
    [
      'several introspecting providers without an order',
      {
        providers: [`${a}, ${client}`, `${b}, ${client}`],
        services: ['name: s, identity_providers: ^[a, b]'],
      },
      [
        'services[0].identity_providers: several of these providers introspect: introspect_in_order: true lets each be asked, in this order',
      ],
    ],
    [
      'one host for two Services, where hosts choose',
      {
        top: 'policy_by_host: true',
        providers: [a],
        services: [
          'name: s, identity_providers: [a], hosts: [x.example, "*.y.example"]',
          'name: t, identity_providers: [a], hosts: [^X.example, y.example, ^"*.y.example"]',
        ],
      },
      [
        'services[1].hosts[0]: services[0] has this host already',
        'services[1].hosts[2]: services[0] has this host already',
      ],
    ],
  ])('refuses %s', (_, marked, messages) => {
    const { text, places } = readMarks(sketch(marked));
    expect(problemsOf(text)).toEqual(
      messages.map((message, index) => `p.yaml:${places[index]!}: ${message}`),
    );
  });

  it.each<[string, Sketch]>([
    [
      'one issuer at providers of different Services',
      {
        providers: [a, 'name: b, issuer: "https://a"'],
        services: ['name: s, identity_providers: [a]', 'name: t, identity_providers: [b]'],
      },
    ],
    [
      'issuers that differ in a slash',
      {
        providers: [a, 'name: b, issuer: "https://a/"'],
        services: ['name: s, identity_providers: [a, b]'],
      },
    ],
    [
      'several introspecting providers in order',
      {
        providers: [`${a}, ${client}`, `${b}, ${client}`],
        services: ['name: s, identity_providers: [a, b], introspect_in_order: true'],
      },
    ],
    [
      'several introspecting providers, where nobody introspects',
      {
        providers: [`${a}, ${client}`, `${b}, ${client}`],
        services: ['name: s, identity_providers: [a, b], auth_methods: [bearer]'],
      },
    ],
    [
      'several providers of which one can introspect',
      {
        providers: [
          `${a}, ${client}`,
          `${b}, preset: entra, ${client}`,
          'name: c, issuer: "https://c"',
        ],
        services: ['name: s, identity_providers: [a, b, c]'],
      },
    ],
    [
      'one host for two Services, where Envoy chooses',
      {
        providers: [a],
        services: [
          'name: s, identity_providers: [a], hosts: [x.example]',
          'name: t, identity_providers: [a], hosts: [x.example]',
        ],
      },
    ],
    [
      'one name for Routes of different Services',
      {
        providers: [a],
        services: [
          'name: s, identity_providers: [a], routes: [{ name: r }]',
          'name: t, identity_providers: [a], routes: [{ name: r }]',
        ],
      },
    ],
  ])('accepts %s', (_, parts) => {
    expect(problemsOf(sketch(parts))).toEqual([]);
  });
});
