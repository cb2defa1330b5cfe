import { randomUUID } from 'node:crypto';
import type { SignUpstreamJwt } from '../authz/upstream-jwt.ts';
import type { Config } from '../config/config.ts';
import {
  createSignUpstreamJwt,
  type UpstreamJwtSigner,
} from '../oauth/upstream-jwt/sign-upstream-jwt.ts';
import { describeWithSecrets } from './describe-with-secrets.ts';
import type { Tools } from './tools.ts';

/** Who signs JWTs for upstreams, with what it was opened with. */
export interface OpenSigner {
  readonly sign: SignUpstreamJwt;
  readonly signer: Promise<UpstreamJwtSigner>;
  /** Equal for equal configurations. Holds secrets: for comparison only. */
  readonly key: string;
}

/** The signer that a configuration asks for: `before` if it is that one, none if none is needed. */
export function openSigner(
  { upstreamJwt }: Config,
  before: OpenSigner | undefined,
  tools: Tools,
): OpenSigner | undefined {
  if (upstreamJwt === null) return undefined;
  const key = describeWithSecrets(upstreamJwt);
  if (before?.key === key) return before;
  const { clock, processKeys } = tools;
  const deps = { clock, randomUUID, randomKey: () => processKeys.signing() };
  const signer = createSignUpstreamJwt(upstreamJwt, deps).then((made) => {
    // The configuration was checked for that when it was loaded.
    if (!made.ok) throw new TypeError(made.stop.map(({ message }) => message).join('; '));
    return made.value;
  });
  // Whoever needs it hears of a failure by awaiting it.
  signer.catch(() => undefined);
  return { key, signer, sign: async (...asked) => (await signer).sign(...asked) };
}
