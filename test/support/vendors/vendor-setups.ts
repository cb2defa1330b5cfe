import { parse } from 'yaml';
import { FakeProvider } from '../fake-provider.ts';
import { readProviderPages } from '../provider-pages.ts';
import type { Json, ServiceSettings } from '../world-config.ts';

/** A configuration of docs/providers beside a fake that takes the place of the product. */
export interface VendorSetup {
  /** The provider's name on the page, unique among all pages. */
  readonly name: string;
  readonly page: string;
  readonly fake: FakeProvider;
  /** Serves `extra_jwks_uris`, where the page has some. */
  readonly extraKeys: FakeProvider | null;
  /** `iss` of its tokens. */
  readonly issuer: string;
  readonly provider: Json;
  readonly service: ServiceSettings;
}

interface DocumentedFile {
  readonly identity_providers: readonly [DocumentedProvider];
  readonly services: readonly [ServiceSettings];
}

interface DocumentedProvider extends Json {
  readonly name: string;
  readonly issuer: string;
  readonly discovery_url?: string;
  readonly extra_jwks_uris?: readonly string[];
}

const discoveryTail = '/.well-known/openid-configuration';

/** Starts a fake for every configuration on the pages. */
export function startVendorSetups(): Promise<VendorSetup[]> {
  const files = readProviderPages().flatMap(({ name, configurations }) =>
    configurations.map((text) => ({ page: name, text })),
  );
  return Promise.all(files.map(startSetup));
}

/**
 * The file as it stands on the page, but for the host: that of the product's becomes the fake's. Its
 * metadata lie below the issuer, or where the page says.
 */
async function startSetup({ page, text }: { page: string; text: string }): Promise<VendorSetup> {
  const [documented] = readDocumented(text).identity_providers;
  const extraKeys = await startExtraKeys(documented);
  const place = new URL(documented.discovery_url ?? documented.issuer);
  const issuerPath = place.pathname.replace(discoveryTail, '').replace(/\/$/, '');
  const metadata: Record<string, unknown> = {};
  const fake = await FakeProvider.start({ issuerPath, metadata });
  const [extra] = documented.extra_jwks_uris ?? [];
  const withKeys = extraKeys && extra ? text.replace(extra, `${extraKeys.issuer}/jwks`) : text;
  const local = withKeys.replaceAll(place.origin, new URL(fake.issuer).origin);
  const file = readDocumented(local);
  const [provider] = file.identity_providers;
  metadata['issuer'] = provider.issuer;
  const [service] = file.services;
  return { name: provider.name, page, fake, extraKeys, issuer: provider.issuer, provider, service };
}

async function startExtraKeys({ extra_jwks_uris: uris = [] }: DocumentedProvider) {
  const [uri] = uris;
  return uri === undefined
    ? null
    : FakeProvider.start({ issuerPath: new URL(uri).pathname.replace(/\/jwks$/, '') });
}

function readDocumented(text: string): DocumentedFile {
  return parse(text) as DocumentedFile;
}
