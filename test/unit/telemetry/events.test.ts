import { describe, expect, it, jest } from '@jest/globals';
import { allow, refuse } from '../../../src/authz/decide.ts';
import type { Decision } from '../../../src/authz/decision.ts';
import { deny } from '../../../src/authz/refusal.ts';
import { mintPermit } from '../../../src/authz/permit.ts';
import { startTrail } from '../../../src/authz/trail.ts';
import type { DecisionEvent } from '../../../src/telemetry/decision-event.ts';
import { createTelemetry, type Telemetry } from '../../../src/telemetry/events.ts';
import { MetricsRegistry } from '../../../src/telemetry/metrics-registry.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { policyOf, requestOf, tokenOf } from '../../support/builders.ts';
import { captureLog } from './log-lines.ts';

const permit = mintPermit('allowed', null, { header: 'none' });
const allowed: Decision = {
  ...allow({ request: requestOf(), permit, policy: policyOf() }),
  trail: { ...startTrail(), token: tokenOf() },
};
const denied: Decision = {
  ...refuse(deny('credential_missing'), policyOf()),
  trail: startTrail(),
};

function start() {
  const log = captureLog();
  const registry = new MetricsRegistry();
  const metrics = createMetrics(registry, { version: '1.2.3', node: 'v24' });
  const logged: DecisionEvent[] = [];
  const telemetry = createTelemetry({
    logger: log.logger,
    metrics,
    logDecision: (event) => logged.push(event),
    clock: { now: () => 5000 },
  });
  const scrape = async () => (await registry.scrape()).body;
  return { log, registry, metrics, logged, telemetry, scrape };
}

function eventOf(decision: Decision, callerGone = false): DecisionEvent {
  return { decision, requestId: null, httpStatus: 200, durationMs: 2, callerGone };
}

describe('an event becomes metrics', () => {
  it.each<[string, (telemetry: Telemetry) => void, string[]]>([
    [
      'an allow',
      ({ decided }) => {
        decided(eventOf(allowed));
      },
      [
        'postern_check_requests_total{decision="allow",reason="allowed",auth_method="bearer"} 1',
        'postern_check_duration_seconds_bucket{le="0.0025",decision="allow"} 1',
        'postern_check_duration_seconds_bucket{le="0.001",decision="allow"} 0',
        'grpc_server_handled_total{grpc_service="envoy.service.auth.v3.Authorization",grpc_method="Check",grpc_code="OK"} 1',
        'grpc_server_handling_seconds_count{grpc_service="envoy.service.auth.v3.Authorization",grpc_method="Check"} 1',
      ],
    ],
    [
      'a request to the Admin API',
      ({ adminAnswered }) => {
        adminAnswered({ method: 'PUT', route: '/consumers/:consumer', status: 200, ms: 3 });
      },
      [
        'postern_admin_requests_total{method="PUT",route="/consumers/:consumer",status="200"} 1',
        'postern_admin_request_duration_seconds_bucket{le="0.005",method="PUT",route="/consumers/:consumer"} 1',
      ],
    ],
    [
      'a denial of a caller who is gone',
      ({ decided }) => {
        decided(eventOf(denied, true));
      },
      [
        'postern_check_requests_total{decision="deny",reason="credential_missing",auth_method="none"} 1',
        'grpc_code="Canceled"} 1',
      ],
    ],
    [
      'a request to a provider',
      ({ providerRequested }) => {
        providerRequested({ provider: 'okta', operation: 'introspection', outcome: 'ok', ms: 40 });
      },
      [
        'postern_idp_requests_total{idp="okta",operation="introspection",outcome="ok"} 1',
        'postern_idp_request_duration_seconds_sum{idp="okta",operation="introspection"} 0.04',
      ],
    ],
    [
      'fetched keys',
      ({ keysRefreshed }) => {
        keysRefreshed({ provider: 'okta', outcome: 'success' });
      },
      [
        'postern_jwks_refresh_total{idp="okta",outcome="success"} 1',
        'postern_jwks_last_success_timestamp_seconds{idp="okta"} 5',
      ],
    ],
    [
      'an open circuit',
      ({ circuitChanged }) => {
        circuitChanged({ provider: 'okta', state: 'open' });
      },
      ['postern_circuit_state{target="okta"} 2'],
    ],
    [
      'the use of a cache',
      ({ cacheAsked, cacheSized }) => {
        cacheAsked({ cache: 'token', result: 'hit' });
        cacheAsked({ cache: 'token', result: 'hit' });
        cacheSized({ cache: 'token', entries: 7 });
      },
      [
        'postern_cache_requests_total{cache="token",result="hit"} 2',
        'postern_cache_entries{cache="token"} 7',
      ],
    ],
    [
      'Redis',
      ({ redisCommanded, redisChanged }) => {
        redisCommanded({ command: 'get', outcome: 'ok', ms: 1 });
        redisChanged({ up: true });
      },
      [
        'postern_redis_commands_total{command="get",outcome="ok"} 1',
        'postern_redis_command_duration_seconds_count 1',
        'postern_redis_up 1',
      ],
    ],
    [
      'the life of a session',
      ({ sessionChanged, sessionNotKept }) => {
        sessionChanged({ service: 'orders', change: 'opened' });
        sessionNotKept({ service: 'orders', step: 'open', reason: 'too_large' });
      },
      ['postern_sessions_total{event="opened"} 1', 'postern_sessions_total{event="too_large"} 1'],
    ],
    [
      'reloads',
      ({ configReloaded, certificatesReloaded, consumersLoaded }) => {
        consumersLoaded({ outcome: 'success', consumers: 12 });
        configReloaded({ outcome: 'failure', problems: ['a.yaml:1:1 no'] });
        certificatesReloaded({ outcome: 'success' });
      },
      [
        'postern_config_reloads_total{outcome="failure"} 1',
        'postern_certificate_reloads_total{outcome="success"} 1',
        'postern_consumers_reloads_total{outcome="success"} 1',
        'postern_consumers 12',
      ],
    ],
  ])('%s', async (_name, tell, expected) => {
    const { telemetry, scrape } = start();

    tell(telemetry);

    const text = await scrape();
    for (const line of expected) expect(text).toContain(line);
  });

  it('says what runs, and how much is under way', async () => {
    const { metrics, scrape } = start();
    metrics.watchInFlight(() => 3);

    const text = await scrape();

    expect(text).toContain('postern_build_info{version="1.2.3",node="v24"} 1');
    expect(text).toContain('postern_checks_in_flight 3');
  });

  it('includes the process and the event loop', async () => {
    const { registry, scrape } = start();
    registry.collectRuntime();

    const text = await scrape();

    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });
});

describe('an event becomes log lines', () => {
  it('for what an operator acts on', () => {
    const { telemetry, log } = start();

    telemetry.circuitChanged({ provider: 'okta', state: 'open' });
    telemetry.circuitChanged({ provider: 'okta', state: 'closed' });
    telemetry.keysRefreshed({ provider: 'okta', outcome: 'failure', detail: 'x: timeout' });
    telemetry.redisChanged({ up: false });
    telemetry.configReloaded({ outcome: 'failure', problems: ['a.yaml:1:1 no'] });
    telemetry.certificatesReloaded({ outcome: 'failure', error: new Error('boom') });

    expect(log.lines()).toMatchObject([
      { level: 'warn', provider: 'okta', state: 'open' },
      { level: 'info', provider: 'okta', state: 'closed' },
      { level: 'warn', provider: 'okta', detail: 'x: timeout' },
      { level: 'warn' },
      { level: 'error', problems: ['a.yaml:1:1 no'] },
      { level: 'error', err: { message: 'boom' } },
    ]);
  });

  it('for sessions that could not be kept, one a second and Service', () => {
    jest.useFakeTimers();
    const { telemetry, log } = start();
    const event = { service: 'orders', step: 'open', reason: 'too_large' } as const;

    for (let times = 0; times < 3; times += 1) telemetry.sessionNotKept(event);
    telemetry.sessionNotKept({ ...event, service: 'billing' });
    jest.runAllTimers();
    jest.useRealTimers();

    expect(log.lines()).toMatchObject([
      { level: 'warn', ...event },
      { level: 'warn', service: 'billing' },
      { level: 'warn', key: 'too_large orders', count: 2 },
    ]);
  });

  it('and hands decisions to the decision log', () => {
    const { telemetry, logged } = start();
    const event = eventOf(denied);

    telemetry.decided(event);

    expect(logged).toEqual([event]);
  });

  it('and never throws', () => {
    const { metrics, log } = start();
    const telemetry = createTelemetry({
      logger: log.logger,
      metrics,
      logDecision: () => {
        throw new Error('the disk is full');
      },
      clock: { now: () => 0 },
    });

    expect(() => {
      telemetry.decided(eventOf(denied));
    }).not.toThrow();
  });
});
