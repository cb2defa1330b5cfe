import type { RequestListener } from 'node:http';
import { createAdminApi } from '../admin/admin-api.ts';
import type { AdminService } from '../admin/admin-service.ts';
import type { AdminListenConfig } from '../config/config.ts';
import type { ServiceConfig } from '../config/service-config.ts';
import { startHttpListener, type HttpListener } from '../server/http-listener.ts';
import type { StoreStatus } from '../store/consumer-store.ts';
import { AdminAccess } from './admin-access.ts';
import { createDeveloperPages } from './developer-pages.ts';
import { createExplainCheck } from './explain-check.ts';
import { createFindSession } from './find-session.ts';
import type { Judge } from './judge.ts';
import { openRegistry, termsOf, type OpenRegistry } from './open-registry.ts';
import { createTellOfCalls } from './tell-of-admin-calls.ts';
import type { Tools } from './tools.ts';
import { WebhooksKeeper } from './webhooks-keeper.ts';

export interface AdminOptions {
  readonly listen: AdminListenConfig;
  /** What is in force when a request comes. */
  readonly current: () => Judge;
  readonly version: string;
  readonly tools: Tools;
}

export interface RunningAdmin {
  readonly address: string;
  /** Ends when the store of the start was reached for administration, or one of a reload. */
  readonly reached: Promise<void>;
  /** Of administration's own connection to the store in force. */
  status(): StoreStatus;
  /** Takes over what a reload has brought; a request would do so as well. */
  reloaded(): void;
  stop(drainMs: number): Promise<void>;
}

/**
 * The Admin API on its listener. Loaded only where it is configured. A reload changes its Services
 * and store, and its tokens unless they are for another listener; the listener stays. Rejects when
 * it cannot bind.
 */
export async function startAdmin(options: AdminOptions): Promise<RunningAdmin> {
  const webhooks = new WebhooksKeeper(options);
  const keeper = new ApiKeeper(options, webhooks);
  const listener = await keeper
    .inForce()
    .then(() => startListener(options, keeper))
    .catch(async (error: unknown) => {
      await webhooks.stop(0);
      throw error;
    });
  return {
    address: listener.address,
    reached: keeper.reached,
    status: () => keeper.status(),
    reloaded() {
      keeper.reloaded();
      webhooks.reloaded();
    },
    async stop(drainMs) {
      await Promise.all([listener.stop(drainMs), webhooks.stop(drainMs)]);
      keeper.stop();
    },
  };
}

async function startListener(
  { listen, tools }: AdminOptions,
  keeper: ApiKeeper,
): Promise<HttpListener> {
  try {
    return await startHttpListener({
      address: listen.address,
      tls: listen.tls,
      handle: (request, response) => {
        keeper.inForce().then(
          (handle) => {
            // Nothing is done for a caller who has left, whom no line would tell of any more.
            if (!response.destroyed) handle(request, response);
          },
          (error: unknown) => {
            tools.logger.error({ err: error }, 'Admin API failed');
            response.writeHead(500, { 'content-type': 'application/json' });
            response.end('{"message":"An unexpected error occurred"}');
          },
        );
      },
      onCertificates: tools.telemetry.certificatesReloaded,
    });
  } catch (error) {
    keeper.stop();
    throw error;
  }
}

interface Api {
  readonly registry: OpenRegistry;
  readonly handle: Promise<RequestListener>;
}

/** Keeps an API for the store in force: a new one once a reload has brought another store. */
class ApiKeeper {
  readonly #options: AdminOptions;
  readonly #access: AdminAccess;
  readonly #webhooks: WebhooksKeeper;
  readonly #stopping = new AbortController();
  readonly #reached = Promise.withResolvers<undefined>();
  #api: Api | null = null;

  constructor(options: AdminOptions, webhooks: WebhooksKeeper) {
    this.#options = options;
    this.#webhooks = webhooks;
    this.#access = new AdminAccess(options.listen);
  }

  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  status(): StoreStatus {
    return this.#api?.registry.status() ?? { state: 'down', reason: 'not opened' };
  }

  inForce(): Promise<RequestListener> {
    const { store } = this.#options.current();
    if (this.#api?.registry.store !== store) {
      this.#api?.registry.close();
      this.#api = this.#open();
    }
    return this.#api.handle;
  }

  reloaded(): void {
    this.#access.takeOver(this.#options.current().config.listen.admin);
    // Connected before somebody asks; whoever asks hears of it when it fails.
    this.inForce().catch(() => undefined);
  }

  stop(): void {
    this.#stopping.abort();
    this.#api?.registry.close();
  }

  #open(): Api {
    const { current, version, tools } = this.#options;
    const registry = openRegistry(current(), () => termsOf(current().config), tools.logger);
    this.#awaitFirst(registry);
    const pages = createDeveloperPages(current);
    const handle = createAdminApi({
      registry: registry.registry,
      webhooks: () => this.#webhooks.webhooks,
      services: {
        list: () => current().config.services.map(describeService),
        describeIssuer: (name) => pages(`/services/${name}/issuer`),
      },
      explainCheck: createExplainCheck(current, tools),
      findSession: createFindSession(current, tools.clock),
      version,
      access: () => this.#access.takeOver(current().config.listen.admin),
      clock: tools.clock,
      onAnswered: createTellOfCalls(tools),
      onError: (error, requestId) => {
        tools.logger.error({ err: error, request_id: requestId }, 'Admin API failed');
      },
    });
    return { registry, handle };
  }

  #awaitFirst(registry: OpenRegistry): void {
    registry.reached(this.#stopping.signal).then(
      () => {
        if (this.#api?.registry === registry) this.#reached.resolve(undefined);
      },
      // Nobody waits any more.
      () => undefined,
    );
  }
}

function describeService(service: ServiceConfig): AdminService {
  const { name, registration } = service;
  return {
    name,
    displayName: registration?.displayName ?? null,
    registration,
    settings: {
      hosts: service.hosts,
      identity_providers: service.identityProviders,
      auth_methods: service.authMethods,
      scopes_required: service.scopesRequired,
      audience_required: service.audienceRequired,
      public_url: service.publicUrl,
      routes: service.routes.map((route) => route.name),
    },
  };
}
