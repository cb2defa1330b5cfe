import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { buildTokenResponse, resolveRequestedResources } from 'oidc-provider/lib/helpers/grants.js';
import type { OidcUser } from './oidc-options.ts';

interface PasswordParameters {
  readonly username?: string;
  readonly password?: string;
  readonly scope?: string;
}

/** RFC 6749 section 4.3, which the library leaves out on purpose. */
export function registerPasswordGrant(provider: Provider, users: readonly OidcUser[]): void {
  const handle = async (context: TokenEndpointGrantContext<PasswordParameters>): Promise<void> => {
    const { client, params } = context.oidc;
    const user = users.find(({ name }) => name === params.username);
    if (user === undefined || user.password !== params.password) {
      throw new errors.InvalidGrant('no such user, or another password');
    }
    const [server] = await resolveRequestedResources(provider, context);
    const asked = (params.scope ?? '').split(' ');
    const scope = asked.filter((name) => server?.scopes.has(name)).join(' ');
    const grant = new provider.Grant({ accountId: user.name, clientId: client.clientId });
    if (server !== undefined) grant.addResourceScope(server.identifier(), scope);
    const token = new provider.AccessToken({
      accountId: user.name,
      client,
      grantId: await grant.save(),
      gty: 'password',
      scope,
      ...(server === undefined ? {} : { resourceServer: server }),
    });
    context.body = buildTokenResponse(provider, {
      accessToken: await token.save(),
      expiresIn: token.expiration,
      scope,
      tokenType: token.tokenType,
    });
  };
  const names = ['username', 'password', 'scope', 'resource'];
  provider.registerGrantType<PasswordParameters>('password', handle, names);
}
