import { z } from 'zod';
import { Secret } from '../../lib/secret.ts';
import { formatDuration, longestDurationMs, parseDuration } from '../duration.ts';
import { isLoopback } from '../host-port.ts';
import { expectedPrivateKey, isPrivateKey } from '../private-key.ts';
import { formatSize, parseSize } from '../size.ts';

/** What stands for a secret wherever the configuration is shown. */
export const secretMask = '********';

/** A duration with its unit, in milliseconds once read. */
export function duration(minMs = 1, maxMs = longestDurationMs) {
  const text = z
    .string({ error: refuseBareNumber })
    .meta({ title: 'duration', pattern: String.raw`^\d+(ms|s|m|h)$` });
  return z.codec(text, z.number(), {
    decode: (value, context) => {
      const ms = parseDuration(value, Math.max(maxMs, longestDurationMs));
      if (ms !== null && ms >= minMs && ms <= maxMs) return ms;
      const message = ms === null ? expectedDuration(maxMs) : expectedRange(minMs, maxMs);
      context.issues.push({ code: 'custom', input: value, message });
      return z.NEVER;
    },
    encode: formatDuration,
  });
}

function expectedDuration(maxMs: number): string {
  const longest = formatDuration(Math.max(maxMs, longestDurationMs));
  return `expected a duration such as 250ms, 5s, 10m or 24h, at most ${longest}`;
}

function expectedRange(minMs: number, maxMs: number): string {
  if (minMs <= 1 && maxMs === longestDurationMs) return 'expected a duration longer than 0';
  return `expected a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
}

function refuseBareNumber(issue: { readonly input?: unknown }): string | undefined {
  if (typeof issue.input !== 'number') return undefined;
  return `a duration needs a unit: ${String(issue.input)}s or ${String(issue.input)}ms`;
}

/** An amount of memory with its unit, in bytes once read. */
export const size = z.codec(
  z.string().meta({ title: 'size', pattern: String.raw`^\d+(B|KiB|MiB)$` }),
  z.number(),
  {
    decode: (value, context) => {
      const bytes = parseSize(value);
      if (bytes !== null && bytes >= minSize && bytes <= maxSize) return bytes;
      context.issues.push({ code: 'custom', input: value, message: expectedSize });
      return z.NEVER;
    },
    encode: formatSize,
  },
);

const minSize = 64 * 1024;
const maxSize = 64 * 1024 * 1024;
const expectedSize = `expected a size such as 4MiB, from ${formatSize(minSize)} to ${formatSize(maxSize)}`;

/** A value that is covered wherever it is shown. */
export function secret() {
  return z.codec(z.string().min(1).meta({ title: 'secret' }), z.instanceof(Secret), {
    decode: (value) => new Secret(value),
    encode: () => secretMask,
  });
}

/** A secret that is long enough to be a key; its text is the key material. */
export function keyMaterial() {
  // No minLength, since editors would hold it against a variable.
  const text = z
    .string()
    .refine((value) => value.length >= keyLength, expectedKey)
    .meta({ title: 'secret' });
  return z.codec(text, z.instanceof(Secret), {
    decode: (value) => new Secret(value),
    encode: () => secretMask.repeat(4),
  });
}

/** Shortest key, in characters: 256 bits where a byte is written as one. */
export const keyLength = 32;
export const expectedKey = `expected a key of at least ${String(keyLength)} characters`;

/** A private key, PKCS#8 as PEM or a JWK as JSON. */
export function privateKey() {
  const text = z.string().meta({ title: 'secret' });
  return z.codec(text, z.instanceof(Secret), {
    decode: (value, context) => {
      if (isPrivateKey(value)) return new Secret(value);
      context.issues.push({ code: 'custom', input: '', message: expectedPrivateKey });
      return z.NEVER;
    },
    encode: () => secretMask,
  });
}

export const filePath = z.string().min(1).meta({ title: 'path' });

/** Names go into headers, challenges and metric labels as they are. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'expected 1 to 64 letters, digits, dots, dashes or underscores')
  .meta({ title: 'name' });

export const nonEmpty = z.string().min(1);

/** `token` of RFC 9110 section 5.6.2: names of headers and cookies. */
export const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

export const cookieName = z
  .string()
  .regex(tokenPattern, "expected the name of a cookie: letters, digits or any of !#$%&'*+-.^_`|~")
  .meta({ title: 'cookie name' });

// eslint-disable-next-line no-control-regex
const plainText = /^[^\u0000-\u001f\u007f]{1,512}$/;

/** Text for callers, who may get it in a header. */
export const publicText = z
  .string()
  .regex(plainText, 'expected 1 to 512 characters without control characters');

export const httpUrl = z
  .string()
  .refine(isHttpUrl, 'expected an http:// or https:// URL without user, query and fragment')
  .meta({ title: 'URL' });

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text) || /[\s?#]/.test(text)) return false;
  const url = new URL(text);
  return /^https?:\/\/[^/]/i.test(text) && url.username === '' && url.password === '';
}

/** What callers see as an address: in clear text on this machine only. */
export const publicUrl = z
  .string()
  .refine(isPublicUrl, 'expected an https:// URL without user, query and fragment')
  .meta({ title: 'URL' });

function isPublicUrl(text: string): boolean {
  if (!isHttpUrl(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname);
}

/** OR over the items, AND over the words of one: an item without a word would always be met. */
export const requirement = z
  .array(z.string().regex(/\S/, 'expected at least one word'))
  .meta({ title: 'requirement' });

/** Scopes also stand in a challenge, so each is a scope-token (RFC 6749 section 3.3). */
export const scopesRequirement = z
  .array(
    z
      .string()
      .regex(
        /^ *[\x21\x23-\x5b\x5d-\x7e]+(?: +[\x21\x23-\x5b\x5d-\x7e]+)* *$/,
        'expected one or more scopes, separated by spaces',
      ),
  )
  .meta({ title: 'requirement' });

/** A claim's name, or the path to a nested one. */
export const claim = z
  .union([nonEmpty, z.array(nonEmpty).min(1)], {
    error: 'expected the name of a claim, or a list of names that lead to a nested one',
  })
  .meta({ title: 'claim' });

/** Alternatives, the first that is present wins. */
export const claims = z.array(claim).min(1).meta({ title: 'claims' });

/** One string or several; an absent one is null. */
export const oneOrMore = z
  .union([nonEmpty, z.array(nonEmpty).min(1)], { error: 'expected a string or a list of strings' })
  .nullable();

/** A list in which nothing stands twice. */
export function distinct<T extends z.ZodType>(item: T) {
  return z.array(item).superRefine((items, context) => {
    items.forEach((value, index) => {
      if (items.indexOf(value) === index) return;
      context.addIssue({ code: 'custom', path: [index], message: 'stands in the list twice' });
    });
  });
}
