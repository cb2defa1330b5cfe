import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../../support/properties.ts';
import { addAcl } from '../../../../../src/registry/change-acl.ts';
import { createApplication } from '../../../../../src/registry/change-application.ts';
import { createConsumer } from '../../../../../src/registry/change-consumer.ts';
import { requestRegistration } from '../../../../../src/registry/change-registration.ts';
import type { Dossier } from '../../../../../src/registry/dossier.ts';
import { decodeStoredValue, encodeRecord } from '../../../../../src/store/redis/record-codec.ts';
import {
  decodeDetails,
  encodeDetails,
  joinDossier,
  toDetails,
} from '../../../../../src/store/redis/registry/details-codec.ts';
import { stampAt } from '../../../registry/dossiers.ts';

const stamp = stampAt(1);
const text = fc.string({ unit: 'binary', maxLength: 300 });
const optional = fc.option(text, { nil: undefined });
const tags = fc.option(fc.array(text, { maxLength: 3 }), { nil: undefined });
const rateLimit = fc.option(
  fc.record({
    requestsPerUnit: fc.double(),
    unit: fc.constantFrom('second', 'minute', 'hour', 'day'),
  }),
  { nil: undefined },
);

/** Through everything that can be said of a Consumer; what is refused changes nothing. */
function build(
  start: Dossier,
  groups: readonly { group: string; tags: readonly string[] | undefined }[],
  services: readonly { service: string; note: string | undefined }[],
): Dossier {
  const member = groups.reduce((dossier, draft) => {
    const added = addAcl(dossier, draft, stamp);
    return added.ok ? added.value.dossier : dossier;
  }, start);
  return services.reduce((dossier, request) => {
    const requested = requestRegistration(dossier, { ...request, autoApprove: true }, stamp);
    return requested.ok ? requested.value : dossier;
  }, member);
}

describe('whatever administration lets pass', () => {
  const groups = fc.array(fc.record({ group: text, tags }), { maxLength: 3 });
  const services = fc.array(fc.record({ service: text, note: optional }), { maxLength: 3 });

  function expectRoundTrip(dossier: Dossier): void {
    const record = decodeStoredValue(encodeRecord(dossier.record));
    expect(record).toEqual({ kind: 'record', record: dossier.record });
    const details = decodeDetails(encodeDetails(toDetails(dossier)));
    expect(details && joinDossier(dossier.record, details)).toEqual(dossier);
  }

  it('can be read again: Consumers', () => {
    const draft = fc.record({
      username: optional,
      customId: optional,
      identityProvider: optional,
      tags,
      rateLimit,
    });
    fc.assert(
      fc.property(draft, groups, services, (fields, some, others) => {
        const created = createConsumer(fields, stamp);
        if (created.ok) expectRoundTrip(build(created.value, some, others));
      }),
      { numRuns: 500 },
    );
  });

  it('can be read again: applications', () => {
    const draft = fc.record({
      name: text,
      customId: text,
      owner: optional,
      redirectUri: optional,
      tags,
    });
    fc.assert(
      fc.property(draft, groups, services, (fields, some, others) => {
        const created = createApplication(fields, stamp);
        if (created.ok) expectRoundTrip(build(created.value, some, others));
      }),
      { numRuns: 500 },
    );
  });
});
