import { callTimes, countDigits, countTokens, type LoadBase } from './loads.ts';
import type { Load } from '../drive/load.ts';
import { numberText } from './credentials.ts';
import type { Provider } from './provider.ts';

/** One kind of token that nobody has issued, each of them sent once. */
export interface MadeUp {
  readonly name: string;
  readonly load: Load;
}

const unauthenticated = 16;
/** *Unavailable*: an outsider's tokens may be turned away unasked, but never let in. */
const unavailable = 14;
const refusals = [unauthenticated, unavailable];
const inFlight = 48;

/** `share` of a million tokens; each kind ends after its time, however far it came. */
export async function makeUpTokens(
  address: string,
  provider: Provider,
  share: number,
): Promise<readonly MadeUp[]> {
  const jwt = await provider.signToken(7, 3600);
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const forged = (head: string) => `${head}.${payload}.${placeholder}${signature.slice(8)}`;
  const unknownKey = Buffer.from('{"alg":"RS256","kid":"made-up"}').toString('base64url');
  const kind = (name: string, base: LoadBase, calls: number, seconds: number): MadeUp => ({
    name,
    load: callTimes(base, calls, inFlight, seconds * 1000),
  });
  const changing = (token: string, count: number) =>
    countDigits(address, token, placeholder, { from: 0, count }, refusals);
  const [unknownKeys, signatures, opaque] = [700_000, 200_000, 100_000].map((n) => n * share) as [
    number,
    number,
    number,
  ];
  return [
    kind('JWT with an unknown key', changing(forged(unknownKey), unknownKeys), unknownKeys, 60),
    kind('JWT with a wrong signature', changing(forged(header), signatures), signatures, 30),
    kind('opaque', countTokens(address, 'made', { count: opaque }, refusals), opaque, 30),
  ];
}

/** Digits are base64url, too, so they can stand in a signature and count. */
const placeholder = numberText(0);
