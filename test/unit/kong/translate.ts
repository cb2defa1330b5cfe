import { parse, stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load-config.ts';
import { importKong, type ImportKongOptions } from '../../../src/kong/import-kong.ts';
import type { Report } from '../../../src/kong/ledger.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = any;

export interface Translated {
  readonly report: Report;
  readonly stopped: boolean;
  readonly postern: Loose;
  readonly consumers: Loose;
  readonly envoy: Loose;
  /** Problems of the written configuration, by Postern's own loader. */
  readonly problems: readonly string[];
}

export type More = Partial<Omit<ImportKongOptions, 'kong' | 'portal'>> & {
  readonly portal?: unknown;
};

const env = {
  DECK_ISSUER: 'https://idp.example',
  SECRET: 'a-secret-that-is-long-enough-to-be-one',
  KONG_SECRET: 'a-secret-that-is-long-enough-to-be-one',
};

/** Translates a file that is given as data, or as its text. */
export function translate(file: unknown, { portal, ...more }: More = {}): Translated {
  const imported = importKong({
    kong: { name: 'kong.yaml', text: typeof file === 'string' ? file : stringify(file) },
    portal: portal === undefined ? null : { name: 'portal.json', text: JSON.stringify(portal) },
    acceptLoss: [],
    kongVersion: null,
    ...more,
  });
  if (!imported.ok) throw new Error(imported.stop.map(({ message }) => message).join('\n'));
  const { report, stopped, files } = imported.value;
  const [postern, consumers, envoy] = files.map(({ text }) => parse(text));
  return { report, stopped, postern, consumers, envoy, problems: load(files[0]?.text) };
}

function load(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const readFile = () => {
    throw new Error('no files');
  };
  const loaded = loadConfig({ text, file: 'postern.yaml', env, readFile });
  return loaded.ok ? [] : loaded.stop.map(({ path, message }) => `${path}: ${message}`);
}

/** One Service with one `openid-connect` plugin. */
export function withOidc(config: Loose, more: Loose = {}): Loose {
  return {
    _format_version: '3.0',
    services: [
      {
        name: 'orders',
        url: 'http://orders.internal:8080',
        routes: [{ name: 'all', hosts: ['orders.example.com'], paths: ['/orders'] }],
        plugins: [
          {
            name: 'openid-connect',
            config: {
              issuer: 'https://idp.example',
              auth_methods: ['bearer'],
              consumer_claim: ['client_id'],
              ...config,
            },
          },
          ...(more.plugins ?? []),
        ],
        ...more.service,
      },
    ],
    consumers: more.consumers ?? [],
    ...more.file,
  };
}

/** Names of what stops the import. */
export function refusals({ report }: Translated): readonly string[] {
  return report.refused.filter(({ accepted }) => !accepted).map(({ name }) => name);
}
