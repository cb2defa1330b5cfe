import { adminTokens } from '../admin.ts';
import { allowed, bearer, type Scene, type Scenes } from '../scene.ts';
import { applications, askToken, resources, type World } from '../world.ts';

const reports = { path: '/reports/q3' };

/** From a request for access to its end: one side asks, the other decides, the sidecar obeys. */
export async function* playRegistrations(world: World): Scenes {
  const { analytics } = applications;
  const token = bearer(await askToken(world.provider.issuer)(analytics, resources.jwt));
  const refused = { ...reports, headers: token, status: 403, afterChange: true };
  const created = yield {
    ...ask('the portal registers an application', '/applications'),
    body: { name: 'Analytics', custom_id: analytics.id },
    reason: '',
  };
  yield { title: 'its token', ...refused, reason: 'registration_missing' };
  const asked = yield {
    ...ask('the portal asks for access', '/registrations'),
    body: { application: created.answer.id, service: 'reports' },
    reason: 'requested',
  };
  yield { title: 'its token', ...refused, reason: 'registration_requested' };
  const registration = `/registrations/${asked.answer.id}`;
  yield {
    ...decide('the portal approves by itself', registration, 'approved'),
    headers: { 'kong-admin-token': adminTokens.portal },
    status: 403,
    reason: 'The role requester may not do this',
  };
  yield decide('the board approves', registration, 'approved');
  yield { title: 'the same token', ...reports, headers: token, ...allowed, afterChange: true };
  yield decide('the board revokes', registration, 'revoked');
  yield { title: 'the same token', ...refused, reason: 'registration_revoked' };
}

function ask(title: string, path: string) {
  const headers = { 'kong-admin-token': adminTokens.portal };
  return { title, to: 'admin', method: 'POST', path, headers, status: 201 } as const;
}

function decide(title: string, path: string, status: string): Scene {
  const headers = { 'kong-admin-token': adminTokens.board };
  const sent = { title, to: 'admin', method: 'PATCH', path, headers } as const;
  return { ...sent, body: { status }, status: 200, reason: status };
}
