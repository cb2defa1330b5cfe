import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { loadAuthorizationProto } from '../../../src/envoy/authorization-proto.ts';

interface Field {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly label: string;
  readonly typeName: string;
}

interface Descriptor {
  readonly name?: string;
  readonly field?: readonly Field[];
  readonly value?: readonly { readonly name: string; readonly number: number }[];
  readonly nestedType?: readonly Descriptor[];
  readonly enumType?: readonly Descriptor[];
}

/** Fields that Envoy has and the copy to compare with does not. */
const newerThanTheCopy = ['envoy.service.auth.v3.CheckResponse.error_response'];

const xds = dirname(createRequire(import.meta.url).resolve('@grpc/grpc-js-xds/package.json'));
const deps = join(xds, 'deps');
const theirs = loadSync('envoy/service/auth/v3/external_auth.proto', {
  includeDirs: [
    ...['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((name) => join(deps, name)),
  ],
  keepCase: true,
});
const ours = loadAuthorizationProto().packageDefinition;

/** Every field and enum value of Envoy's messages, by its full name. */
function listMembers(definitions: PackageDefinition): Map<string, string> {
  const members = new Map<string, string>();
  for (const [name, definition] of Object.entries(definitions)) {
    if (!name.startsWith('envoy.') && !name.startsWith('google.rpc.')) continue;
    addMembers(members, name, 'type' in definition ? definition.type : {});
  }
  return members;
}

function addMembers(members: Map<string, string>, path: string, descriptor: Descriptor): void {
  for (const { name, number, type, label, typeName } of descriptor.field ?? []) {
    members.set(`${path}.${name}`, [number, type, label, shorten(typeName)].join(' '));
  }
  for (const { name, number } of descriptor.value ?? []) {
    members.set(`${path}.${name}`, String(number));
  }
  for (const nested of [...(descriptor.nestedType ?? []), ...(descriptor.enumType ?? [])]) {
    addMembers(members, `${path}.${nested.name ?? ''}`, nested);
  }
}

/** Full in one set of descriptors, relative in the other. */
function shorten(typeName: string): string {
  return typeName.split('.').at(-1) ?? '';
}

describe('our definitions of the ext_authz API', () => {
  const known = listMembers(theirs);
  const members = [...listMembers(ours)].filter(([name]) => !newerThanTheCopy.includes(name));

  it('holds the messages that are read and written', () => {
    expect(members.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'envoy.service.auth.v3.AttributeContext.HttpRequest.header_map',
        'envoy.config.core.v3.HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD',
      ]),
    );
    expect([...listMembers(ours).keys()]).toEqual(expect.arrayContaining(newerThanTheCopy));
  });

  it.each(members)('has the number and type of Envoy in %s', (name, member) => {
    expect(known.get(name)).toBe(member);
  });

  it('knows the one field that the copy lacks by its number in Envoy', () => {
    expect(known.has('envoy.service.auth.v3.CheckResponse.error_response')).toBe(false);
    expect(listMembers(ours).get('envoy.service.auth.v3.CheckResponse.error_response')).toMatch(
      /^5 .*DeniedHttpResponse$/,
    );
  });

  it('has the method path that Envoy calls', () => {
    expect(loadAuthorizationProto().service.Check.path).toBe(
      '/envoy.service.auth.v3.Authorization/Check',
    );
  });
});
