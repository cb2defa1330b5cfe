import { z } from 'zod';
import { Secret } from '../../lib/secret.ts';
import { distinct, filePath, nonEmpty, secretMask } from './scalars.ts';

const expected = 'expected an http:// or https:// URL of a proxy, without path';

/** A proxy's URL, whose user and password are covered wherever it is shown. */
const proxyUrl = z.codec(
  z.string().refine(isProxyUrl, expected).meta({ title: 'URL' }),
  z.instanceof(Secret),
  {
    decode: (text) => new Secret(text),
    encode: (value) => value.reveal().replace(/\/\/[^/]*@/, `//${secretMask}@`),
  },
);

function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text) || !/^https?:\/\/[^/]/i.test(text)) return false;
  const { pathname, search, hash } = new URL(text);
  return pathname === '/' && search === '' && hash === '';
}

/** Keys of a provider that say by which way it is reached. */
export const proxying = {
  ca_file: filePath
    .nullable()
    .prefault(null)
    .describe('Authorities to trust in calls to the provider, PEM, beside those of Node.'),
  http_proxy: proxyUrl
    .nullable()
    .prefault(null)
    .describe('Forward proxy for `http://` URLs of the provider; null = directly.'),
  https_proxy: proxyUrl
    .nullable()
    .prefault(null)
    .describe('Forward proxy for `https://` URLs of the provider; null = directly.'),
  no_proxy: distinct(nonEmpty)
    .prefault([])
    .describe('Hosts that are called directly: `idp.example`, `.example` or `*`.'),
};
