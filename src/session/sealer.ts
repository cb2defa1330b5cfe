import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import type { Secret } from '../lib/secret.ts';
import { halt, pass, type Step } from '../lib/step.ts';

/**
 * Layout of a sealed text, base64url: version (1 byte), key id (4), salt (16), ciphertext, tag (16).
 *
 * AES-256-GCM (NIST SP 800-38D) with a key and a nonce for this text alone, HKDF-SHA256 (RFC 5869) of
 * the configured key and the salt, as in RFC 8188 section 2.2: one key with random nonces would be
 * worn out after 2^32 texts. All that comes before the ciphertext, and what the text is bound to, is
 * authenticated with it.
 */
const version = 1;
const keyIdLength = 4;
const saltLength = 16;
const headLength = 1 + keyIdLength + saltLength;
const tagLength = 16;
const cipher = 'aes-256-gcm';
const cipherKeyLength = 32;
const nonceLength = 12;

/** Bytes that nobody can guess. */
export type RandomBytes = (length: number) => Uint8Array;

/** Seals texts for nobody but who holds the keys. */
export interface Sealer {
  /** `binding` is not in the result, but has to be the same when it is opened. */
  seal(text: string, binding: string): string;
  /** The text, or what is wrong, for the log. */
  open(sealed: string, binding: string): Step<string, string>;
}

/** `keys`: the first seals, all open. */
export function createSealer(keys: readonly Secret[], randomBytes: RandomBytes): Sealer {
  const ring = keys.map(toSealingKey);
  const [first] = ring;
  if (first === undefined) throw new TypeError('there is no key to seal with');
  // The first of equal ids stays; two keys that share one by chance are one in four thousand million.
  const byId = new Map(ring.toReversed().map((key) => [key.id, key]));

  return {
    seal(text, binding) {
      const salt = Buffer.from(randomBytes(saltLength));
      const head = Buffer.concat([Buffer.from([version]), Buffer.from(first.id, 'hex'), salt]);
      const [key, nonce] = deriveForOne(first, salt);
      const box = createCipheriv(cipher, key, nonce, { authTagLength: tagLength });
      box.setAAD(Buffer.concat([head, Buffer.from(binding)]));
      const sealed = [head, box.update(text, 'utf8'), box.final(), box.getAuthTag()];
      return Buffer.concat(sealed).toString('base64url');
    },
    open(sealed, binding) {
      const bytes = Buffer.from(sealed, 'base64url');
      // The decoder passes over what is not base64url, and over the bits that the end leaves free.
      if (bytes.toString('base64url') !== sealed) return halt('not base64url');
      if (bytes.length < headLength + tagLength) return halt('too short');
      if (bytes[0] !== version) return halt('of another version');
      const key = byId.get(bytes.toString('hex', 1, 1 + keyIdLength));
      if (key === undefined) return halt('sealed with a key that is not configured');
      return openWith(key, bytes, binding);
    },
  };
}

interface SealingKey {
  /** Tells keys apart without giving them away; hexadecimal. */
  readonly id: string;
  readonly secret: KeyObject;
}

function toSealingKey(text: Secret): SealingKey {
  const secret = createSecretKey(Buffer.from(text.reveal(), 'utf8'));
  const id = hkdfSync('sha256', secret, '', 'postern session v1 key id', keyIdLength);
  return { secret, id: Buffer.from(id).toString('hex') };
}

function deriveForOne({ secret }: SealingKey, salt: Uint8Array): readonly [Buffer, Buffer] {
  const length = cipherKeyLength + nonceLength;
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, 'postern session v1 cookie', length));
  return [bytes.subarray(0, cipherKeyLength), bytes.subarray(cipherKeyLength)];
}

function openWith(from: SealingKey, bytes: Buffer, binding: string): Step<string, string> {
  const head = bytes.subarray(0, headLength);
  const [key, nonce] = deriveForOne(from, head.subarray(1 + keyIdLength));
  const box = createDecipheriv(cipher, key, nonce, { authTagLength: tagLength });
  box.setAAD(Buffer.concat([head, Buffer.from(binding)]));
  box.setAuthTag(bytes.subarray(-tagLength));
  try {
    const opened = box.update(bytes.subarray(headLength, -tagLength));
    return pass(Buffer.concat([opened, box.final()]).toString('utf8'));
  } catch {
    return halt('tampered with, or sealed for another Service or cookie name');
  }
}
