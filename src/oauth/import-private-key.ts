import { createPrivateKey, type KeyObject } from 'node:crypto';
import { parseJsonObject } from './parse-json-object.ts';

export interface PrivateKey {
  readonly key: KeyObject;
  /** Members of the JWK; null where it was a PEM. */
  readonly members: Readonly<Record<string, unknown>> | null;
}

/** A PKCS#8 PEM, or a private JWK (RFC 7517) as JSON text; null for anything else. */
export function importPrivateKey(text: string): PrivateKey | null {
  const members = parseJsonObject(text);
  try {
    const key = createPrivateKey(members === null ? text : { key: members, format: 'jwk' });
    return { key, members };
  } catch {
    // The cause is left out: errors of parsers quote what they read.
    return null;
  }
}
