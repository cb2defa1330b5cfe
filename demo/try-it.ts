import { adminTokens } from './admin.ts';
import { openSession } from './scenes/sessions.ts';
import { resources, type World } from './world.ts';

/** Commands for whoever wants to go on; `authorization` is a header of an allowed application. */
export async function writeTryIt(world: World, authorization: string): Promise<string> {
  return `
Try it (Ctrl-C ends everything):
${await writeRequests(world, authorization)}
${writeAdministration(world, authorization)}
What Postern says of itself:

  curl '${world.postern.opsUrl}/readyz?verbose'
  curl ${world.postern.opsUrl}/metrics
`;
}

async function writeRequests(world: World, authorization: string): Promise<string> {
  const { envoy, provider } = world;
  return `
  curl -i ${envoy.url}/orders/42
  curl -i ${envoy.url}/orders/42 -H '${authorization}'
  curl -i ${envoy.url}/orders/42 -u billing:billing-secret
  curl -i ${envoy.url}/orders/admin -u billing:billing-secret
  curl ${envoy.url}/.well-known/oauth-protected-resource/orders

A session that a token has just opened:

  curl -i ${envoy.url}/shop/cart -H 'cookie: ${await openSession(world)}'

A token of another application, such as warehouse, which waits for approval:

  curl -s ${provider.issuer}/token -u warehouse:warehouse-secret -d grant_type=client_credentials \\
    -d scope=orders.read -d resource=${resources.opaque}
`;
}

/** By the command line, from the sources: the demo needs no build. */
function writeAdministration({ admin, envoy }: World, authorization: string): string {
  const token = authorization.replace(/^.* /, '');
  return `\
Approve it, and ask again:

  alias postern='npx node src/main.ts' # in the checkout, in another terminal
  export POSTERN_ADMIN_ADDR=${admin.url} POSTERN_ADMIN_TOKEN=${adminTokens.owner}
  postern registrations list --service orders
  postern registrations approve --consumer warehouse-app --service orders
  curl -i ${envoy.url}/orders/42 -u warehouse:warehouse-secret

Why would a request pass, or not? And end a token before its time:

  echo '${authorization}' | postern check --service orders --header -
  echo ${token} | postern tokens revoke --yes --token-file -
  curl -i ${envoy.url}/orders/42 -H '${authorization}'

Who has done what:

  postern audit list
`;
}
