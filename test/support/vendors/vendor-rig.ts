import { createSigningKey, forgeToken } from '../fake-provider.ts';
import type { SigningKey } from '../signing-keys.ts';
import type { VendorSetup } from './vendor-setups.ts';
import { vendorClaims, vendorTimes, type VendorAnswer, type VendorToken } from './vendor-token.ts';

/** Makes the value of `authorization` at a fake that stands for a product. */
export type Bring = (setup: VendorSetup) => Promise<string>;

export function jwt(token: VendorToken): Bring {
  return (setup) => bring(setup, token, setup.fake.keys.at(-1));
}

/** Signed with a key of `extra_jwks_uris`. */
export function jwtOfExtraKeys(token: VendorToken): Bring {
  return (setup) => bring(setup, token, setup.extraKeys?.keys.at(-1));
}

/** Signed with a key that nobody publishes. */
export function jwtOfNobody(token: VendorToken): Bring {
  return async (setup) => bring(setup, token, await createSigningKey('RS256', 'nobody'));
}

/** Put together by hand: for algorithms that need a secret. */
export function unsignedJwt({ header, claims }: VendorToken): Bring {
  return ({ issuer }) =>
    Promise.resolve(
      `Bearer ${forgeToken({ kid: 'realm', ...header }, { ...vendorTimes(), iss: issuer, ...claims })}`,
    );
}

/** A token of which introspection says this; null = inactive. */
export function opaque(answer: VendorAnswer | null): Bring {
  return ({ fake, issuer }) => {
    const token = fake.issueOpaque();
    if (answer === null) fake.introspections.delete(token);
    else fake.introspections.set(token, activeAnswer(answer, issuer));
    return Promise.resolve(`Bearer ${token}`);
  };
}

/** A JWT of which introspection says more. */
export function introspectedJwt(token: VendorToken, answer: VendorAnswer): Bring {
  return async (setup) => {
    const authorization = await jwt(token)(setup);
    const key = authorization.replace('Bearer ', '');
    setup.fake.introspections.set(key, activeAnswer(answer, setup.issuer));
    return authorization;
  };
}

/** As it stands, for what is no JWT. */
export function text(token: string): Bring {
  return () => Promise.resolve(`Bearer ${token}`);
}

/** An id and a secret, for which the fake's token endpoint gives this token. */
export function pair(client: string, token: VendorToken): Bring {
  return async (setup) => {
    const authorization = await jwt(token)(setup);
    setup.fake.token.fields = { access_token: authorization.replace('Bearer ', '') };
    return `Basic ${Buffer.from(`${client}:s3cret-of-the-application`).toString('base64')}`;
  };
}

function activeAnswer(answer: VendorAnswer, issuer: string): VendorAnswer {
  return { active: true, exp: vendorTimes().exp, iss: issuer, ...answer };
}

async function bring(
  { fake, issuer }: VendorSetup,
  token: VendorToken,
  key: SigningKey | undefined,
): Promise<string> {
  const header = { typ: undefined, ...token.header };
  return `Bearer ${await fake.sign(vendorClaims(token, issuer), header, key)}`;
}
