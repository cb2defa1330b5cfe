import { describe, expect, it, jest } from '@jest/globals';
import type { AnsweredCall } from '../../../src/admin/admin-api.ts';
import { createTellOfCalls, type Told } from '../../../src/app/tell-of-admin-calls.ts';

const call: AnsweredCall = {
  requestId: 'r-1',
  method: 'GET',
  route: '/consumers/:consumer',
  status: 200,
  callerGone: false,
  actor: 'ci',
  role: 'read',
  source: '192.0.2.1',
  durationMs: 1.23,
  detail: null,
};

function tell(changes: Partial<AnsweredCall>) {
  const adminAnswered = jest.fn<Told['telemetry']['adminAnswered']>();
  const logger = {
    debug: jest.fn<Told['logger']['debug']>(),
    info: jest.fn<Told['logger']['info']>(),
  };
  createTellOfCalls({ logger, telemetry: { adminAnswered } })({ ...call, ...changes });
  return { counted: adminAnswered.mock.calls[0]?.[0], ...logger };
}

describe('a request to the Admin API', () => {
  it.each<[Partial<AnsweredCall>, object]>([
    [{}, { method: 'GET', route: '/consumers/:consumer', status: 200, ms: 1.23 }],
    [
      { method: 'PROPFIND', route: null, status: 404 },
      { method: 'other', route: 'none' },
    ],
  ])('is counted by labels of which there are few: %j', (changes, labels) => {
    expect(tell(changes).counted).toMatchObject(labels);
  });

  it.each<[string, Partial<AnsweredCall>]>([
    ['refused', { status: 401, actor: null, role: null }],
    ['a write', { method: 'PUT' }],
    ['left by its caller', { status: 499, callerGone: true }],
  ])('has a line where it is %s', (_, changes) => {
    const { info, debug } = tell(changes);

    expect(info).toHaveBeenCalledTimes(1);
    expect(debug).not.toHaveBeenCalled();
  });

  it('has a line for who looks closely where it only looks', () => {
    const { info, debug } = tell({});

    expect(info).not.toHaveBeenCalled();
    expect(debug).toHaveBeenCalledWith(
      {
        request_id: 'r-1',
        method: 'GET',
        route: '/consumers/:consumer',
        http_status: 200,
        actor: 'ci',
        role: 'read',
        source: '192.0.2.1',
        duration_ms: 1.2,
      },
      'admin request',
    );
  });
});
