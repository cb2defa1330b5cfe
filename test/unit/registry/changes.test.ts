import { describe, expect, it } from '@jest/globals';
import { addAcl, editAcl, removeAcl, replaceAcl } from '../../../src/registry/change-acl.ts';
import { createApplication, editApplication } from '../../../src/registry/change-application.ts';
import { patchConsumer, replaceConsumer } from '../../../src/registry/change-consumer.ts';
import { createDeveloper, editDeveloper } from '../../../src/registry/change-developer.ts';
import {
  changeRegistration,
  requestRegistration,
} from '../../../src/registry/change-registration.ts';
import { checkVersion } from '../../../src/registry/check-version.ts';
import { declareConsumer } from '../../../src/registry/declare-consumer.ts';
import {
  describeAcl,
  describeApplication,
  describeConsumer,
  describeRegistration,
  etagOf,
  type Dossier,
} from '../../../src/registry/dossier.ts';
import { consumer, stampAt, valueOf } from './dossiers.ts';

const later = stampAt(2, 'ben');

function withGroups(...groups: string[]): Dossier {
  return groups.reduce(
    (dossier, group, index) =>
      valueOf(addAcl(dossier, { group, tags: [group] }, stampAt(10 + index))).dossier,
    consumer(),
  );
}

describe('a changed Consumer', () => {
  it('keeps what a PUT does not name but username, custom_id and tags', () => {
    const rateLimit = { requestsPerUnit: 5, unit: 'minute' } as const;
    const before = consumer({ username: 'bob', tags: ['a'], identityProvider: 'okta', rateLimit });
    const key = { by: 'id', value: before.record.id } as const;

    const after = valueOf(replaceConsumer(before, key, { customId: 'app' }, later));

    expect(describeConsumer(after)).toMatchObject({
      username: null,
      customId: 'app',
      tags: [],
      identityProvider: 'okta',
      rateLimit,
      version: 2,
      createdAt: 1,
      updatedAt: 2,
    });
  });

  it('loses by a PATCH what is null, and keeps what is absent', () => {
    const after = valueOf(
      patchConsumer(consumer(), { username: null, customId: undefined }, later),
    );

    expect(describeConsumer(after)).toMatchObject({ username: null, customId: 'app' });
  });

  it('is the very same where nothing changes', () => {
    const before = consumer({ username: 'bob', tags: ['a', 'b'] });

    expect(valueOf(patchConsumer(before, { username: 'bob', tags: ['a', 'b', 'a'] }, later))).toBe(
      before,
    );
  });

  it('keeps a name', () => {
    const nameless = patchConsumer(consumer({ username: 'bob' }), { username: null }, later);

    expect(nameless).toMatchObject({ ok: false, stop: { kind: 'invalid' } });
  });
});

describe('a changed group', () => {
  it('keeps its place and its id when it is renamed', () => {
    const before = withGroups('a', 'b', 'c');
    const { id } = describeAcl(before, 'b')!;

    const { dossier } = valueOf(editAcl(before, 'b', { group: 'x' }, later));

    expect([...dossier.record.groups]).toEqual(['a', 'x', 'c']);
    expect(describeAcl(dossier, 'x')).toMatchObject({ id, tags: ['b'], version: 2 });
  });

  it.each([
    ['that is there', { group: 'b' }, 'group'],
    ['with an id that is there', { group: 'x', id: describeAcl(withGroups('a'), 'a')!.id }, 'id'],
  ])('is refused %s', (_name, draft, attribute) => {
    expect(addAcl(withGroups('a', 'b'), draft, later)).toMatchObject({
      ok: false,
      stop: { kind: 'conflict', attribute, holder: { entity: 'acl' } },
    });
  });

  it('cannot take the name of another one', () => {
    expect(editAcl(withGroups('a', 'b'), 'a', { group: 'b' }, later)).toMatchObject({
      ok: false,
      stop: { kind: 'conflict', attribute: 'group' },
    });
  });

  it('loses its tags by a PUT without them', () => {
    const before = withGroups('a');
    const { dossier } = valueOf(replaceAcl(before, { by: 'group', value: 'a' }, {}, later));

    expect(describeAcl(dossier, 'a')).toMatchObject({ tags: [], version: 2 });
    expect(valueOf(replaceAcl(dossier, { by: 'group', value: 'a' }, {}, later)).dossier).toBe(
      dossier,
    );
  });

  it('needs a name when it is put by a new id', () => {
    const id = stampAt(5).newId();

    expect(replaceAcl(consumer(), { by: 'id', value: id }, {}, later)).toEqual({
      ok: false,
      stop: { kind: 'invalid', fields: { group: 'required field missing' } },
    });
  });

  it('does not fit where the header would be too long', () => {
    const long = (letter: string) => letter.repeat(255);
    const many = Array.from({ length: 31 }, (_, index) => long(String.fromCharCode(65 + index)));

    expect(addAcl(withGroups(...many), { group: long('~') }, later)).toMatchObject({
      ok: false,
      stop: { kind: 'invalid', fields: { group: expect.any(String) } },
    });
  });

  it('is gone when it is removed', () => {
    expect([...removeAcl(withGroups('a', 'b'), 'a').record.groups]).toEqual(['b']);
  });
});

describe('a changed registration', () => {
  const request = { service: 'orders', autoApprove: false };

  it('tells who did what, when and with what note', () => {
    const before = valueOf(requestRegistration(consumer(), { ...request, note: 'please' }, later));
    const change = { status: 'approved', note: 'fine' } as const;

    const after = valueOf(changeRegistration(before, 'orders', change, stampAt(3, 'cid')));

    expect(describeRegistration(after, 'orders')).toMatchObject({
      status: 'approved',
      note: 'fine',
      steps: [
        { to: 'requested', at: 2, by: 'ben', note: 'please' },
        { to: 'approved', at: 3, by: 'cid', note: 'fine' },
      ],
    });
  });

  it('remembers its last twenty steps', () => {
    let dossier = valueOf(
      requestRegistration(consumer(), { ...request, autoApprove: true }, later),
    );
    for (let turn = 0; turn < 15; turn += 1) {
      for (const suspended of [true, false]) {
        dossier = valueOf(changeRegistration(dossier, 'orders', { suspended }, stampAt(turn)));
      }
    }

    expect(describeRegistration(dossier, 'orders')!.steps).toHaveLength(20);
    expect(describeRegistration(dossier, 'orders')!.steps.at(-1)).toMatchObject({ at: 14 });
  });

  it('is the very same where nothing changes', () => {
    const before = valueOf(requestRegistration(consumer(), request, later));

    expect(valueOf(changeRegistration(before, 'orders', { status: 'requested' }, later))).toBe(
      before,
    );
  });
});

describe('a changed application', () => {
  const draft = { name: 'billing', customId: 'app', owner: 'ann' };
  const before = valueOf(createApplication(draft, stampAt(1)));

  it('names its Consumer after its owner and itself', () => {
    const after = valueOf(editApplication(before, before.application!, { name: 'bill' }, later));

    expect([before.record.username, after.record.username]).toEqual(['ann_billing', 'ann_bill']);
    expect(describeApplication(after)).toMatchObject({ name: 'bill', version: 2 });
  });

  it('is the very same where nothing changes', () => {
    expect(valueOf(editApplication(before, before.application!, draft, later))).toBe(before);
  });

  it('is refused for its name where that makes too long a username', () => {
    const long = { name: 'x'.repeat(250), customId: 'app', owner: 'ann-and-ben' };

    expect(createApplication(long, later)).toMatchObject({
      ok: false,
      stop: { kind: 'invalid', fields: { name: expect.any(String) } },
    });
  });
});

describe('a changed developer', () => {
  it('needs an e-mail address', () => {
    expect(createDeveloper({}, later)).toMatchObject({
      stop: { fields: { email: expect.any(String) } },
    });
    expect(createDeveloper({ email: 'ann' }, later)).toMatchObject({ ok: false });
  });

  it('is the very same where nothing changes', () => {
    const before = valueOf(createDeveloper({ email: 'ann@x.test' }, stampAt(1)));

    expect(valueOf(editDeveloper(before, { status: 'requested' }, later))).toBe(before);
    expect(valueOf(editDeveloper(before, { meta: '{}' }, later)).etag).not.toBe(before.etag);
  });
});

describe('a declared Consumer', () => {
  const namePart = (kind: string, name: string) => `${kind}-${name}`;
  const before = valueOf(
    requestRegistration(withGroups('a', 'b'), { service: 'orders', autoApprove: true }, later),
  );

  it('changes nothing where it says what is', () => {
    expect(declareConsumer(before, before.record, stampAt(9), namePart)).toEqual(before);
  });

  it('keeps the ids, tags and history of what stays', () => {
    const record = {
      ...before.record,
      groups: new Set(['b', 'x']),
      registrations: new Map([['orders', { status: 'revoked', suspended: true } as const]]),
    };

    const after = declareConsumer(before, record, stampAt(9, 'import'), namePart);

    expect(describeAcl(after, 'b')).toEqual(describeAcl(before, 'b'));
    expect(describeAcl(after, 'x')).toMatchObject({ id: 'acl-x', version: 1 });
    expect(describeRegistration(after, 'orders')).toMatchObject({
      id: describeRegistration(before, 'orders')!.id,
      version: 2,
      steps: [{ to: 'approved' }, { to: 'revoked', by: 'import' }, { to: 'suspended' }],
    });
    expect(after.facts).toBe(before.facts);
  });
});

describe('a conditional write', () => {
  const { facts } = consumer();

  it.each([
    ['without a condition', undefined, true],
    ['with the present etag among others', ['x', etagOf(facts)], true],
    ['with anything', '*' as const, true],
    ['with another etag', ['x'], false],
    ['with none', [], false],
  ])('%s', (_name, ifMatch, fits) => {
    expect(checkVersion(facts, ifMatch).ok).toBe(fits);
  });

  it('of what is not there fails but without a condition', () => {
    const mismatch = { ok: false, stop: { kind: 'version_mismatch', current: null } };

    expect(checkVersion(null, '*')).toEqual(mismatch);
    expect(checkVersion(null, [])).toEqual(mismatch);
    expect(checkVersion(null, undefined).ok).toBe(true);
  });
});

describe('what a person reads before giving access', () => {
  const refused = { ok: false, stop: { kind: 'invalid' } };

  it.each(['\u001b', '\u009b', '\u2028', '\u202e', '\u2066', '\u200f'])(
    'has no %j',
    (character) => {
      const text = `a${character}b`;
      const draft = { name: 'Shop', customId: 'shop-client' };
      const ask = { service: 'orders', autoApprove: false, note: text };

      expect(createApplication({ ...draft, name: text }, later)).toMatchObject(refused);
      expect(createApplication({ ...draft, owner: text }, later)).toMatchObject(refused);
      expect(requestRegistration(consumer(), ask, later)).toMatchObject(refused);
      expect(requestRegistration(consumer(), { ...ask, note: 'a\nb' }, later).ok).toBe(true);
    },
  );
});
