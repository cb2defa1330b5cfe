import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { service as healthService } from 'grpc-health-check';

export interface HealthWatch {
  /** The next status that the server tells. */
  next(): Promise<string>;
  cancel(): void;
}

/** A method as proto-loader describes it, whichever copy of it a library brings along. */
interface Method {
  readonly path: string;
  readonly requestSerialize: (message: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => object;
}

function methodOf(service: object | undefined, name: string): Method {
  const method = (service as Record<string, Method | undefined> | undefined)?.[name];
  if (method === undefined) throw new Error(`no method ${name}`);
  return method;
}

/** A client of `grpc.health.v1` and of reflection. */
export function createProbeClient(address: string) {
  const client = new Client(address, credentials.createInsecure());
  return {
    health: (service: string) => askHealth(client, service),
    watch: (service: string) => watchHealth(client, service),
    listServices: () => listServices(client),
    close: () => {
      client.close();
    },
  };
}

function askHealth(client: Client, service: string): Promise<string> {
  const method = methodOf(healthService, 'Check');
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      { service },
      new Metadata(),
      { deadline: Date.now() + 5000 },
      (error, response) => {
        if (error === null) resolve(readStatus(response));
        else reject(error);
      },
    );
  });
}

function watchHealth(client: Client, service: string): HealthWatch {
  const method = methodOf(healthService, 'Watch');
  const call = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    { service },
  );
  const told: string[] = [];
  const waiting: ((status: string) => void)[] = [];
  call.on('data', (message: object) => {
    const resolve = waiting.shift();
    if (resolve === undefined) told.push(readStatus(message));
    else resolve(readStatus(message));
  });
  call.on('error', () => undefined);
  return {
    next() {
      const status = told.shift();
      return status === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(status);
    },
    cancel: () => {
      call.cancel();
    },
  };
}

function readStatus(message: object | undefined): string {
  const { status } = (message ?? {}) as { status?: string };
  return status ?? '';
}

function listServices(client: Client): Promise<string[]> {
  const root = dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json'));
  const definitions = loadSync('grpc/reflection/v1/reflection.proto', {
    includeDirs: [join(root, 'build', 'proto')],
  });
  const service = definitions['grpc.reflection.v1.ServerReflection'];
  const method = methodOf(service, 'ServerReflectionInfo');
  const call = client.makeBidiStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
  );
  return new Promise((resolve, reject) => {
    call.on('error', reject);
    call.on('data', (message: { listServicesResponse?: { service?: { name: string }[] } }) => {
      resolve((message.listServicesResponse?.service ?? []).map(({ name }) => name));
      call.end();
    });
    call.write({ listServices: '*' });
  });
}
