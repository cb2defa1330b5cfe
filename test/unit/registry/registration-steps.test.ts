import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { registrationStatuses, type RegistrationStatus } from '../../../src/authz/consumer.ts';
import { legalTransitions, stepRegistration } from '../../../src/registry/registration-steps.ts';

const status = fc.constantFrom(...registrationStatuses);

describe('a step of a registration', () => {
  it.each<[RegistrationStatus, RegistrationStatus]>([
    ['requested', 'approved'],
    ['requested', 'rejected'],
    ['approved', 'revoked'],
    ['rejected', 'approved'],
    ['rejected', 'requested'],
    ['revoked', 'approved'],
    ['revoked', 'requested'],
  ])('goes from %s to %s', (from, to) => {
    expect(stepRegistration({ status: from, suspended: false }, { status: to })).toEqual({
      ok: true,
      value: { standing: { status: to, suspended: false }, taken: [to] },
    });
  });

  it.each<[RegistrationStatus, RegistrationStatus]>([
    ['requested', 'revoked'],
    ['approved', 'requested'],
    ['approved', 'rejected'],
    ['rejected', 'revoked'],
    ['revoked', 'rejected'],
  ])('does not go from %s to %s', (from, to) => {
    expect(stepRegistration({ status: from, suspended: false }, { status: to })).toEqual({
      ok: false,
      stop: { kind: 'illegal_transition', from, to },
    });
  });

  it.each(registrationStatuses)('from %s to itself is none', (same) => {
    const standing = { status: same, suspended: false };

    expect(stepRegistration(standing, { status: same, suspended: false })).toEqual({
      ok: true,
      value: { standing, taken: [] },
    });
  });

  it.each(registrationStatuses.filter((one) => one !== 'approved'))(
    'does not suspend what is %s',
    (from) => {
      expect(stepRegistration({ status: from, suspended: false }, { suspended: true })).toEqual({
        ok: false,
        stop: { kind: 'illegal_transition', from, to: 'suspended' },
      });
    },
  );

  it('approves and suspends at once', () => {
    const wanted = { status: 'approved', suspended: true } as const;

    expect(stepRegistration({ status: 'requested', suspended: false }, wanted)).toEqual({
      ok: true,
      value: { standing: wanted, taken: ['approved', 'suspended'] },
    });
  });

  it('never lifts a suspension that it was not asked to lift', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        const stepped = stepRegistration({ status: from, suspended: true }, { status: to });
        expect(!stepped.ok || stepped.value.standing.suspended).toBe(true);
      }),
    );
  });

  it('leaves no status that cannot be approved in the end', () => {
    for (const from of registrationStatuses) {
      const next = legalTransitions[from];
      expect(from === 'approved' || next.includes('approved')).toBe(true);
    }
  });
});
