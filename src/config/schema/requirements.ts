import { z } from 'zod';
import { claim, nonEmpty, requirement, scopesRequirement } from './scalars.ts';

const value = z
  .union([z.string(), z.number(), z.boolean()], {
    error: 'expected a string, a number, true or false',
  })
  .meta({ title: 'string, number, true or false' });

const rule = z
  .union(
    [
      nonEmpty,
      z.strictObject({
        claim: claim.describe('The claim.'),
        values: z.array(value).min(1).optional().describe('One of them exactly.'),
      }),
    ],
    { error: 'expected the name of a claim, or { claim, values }' },
  )
  .meta({ title: 'claim or { claim, values }' });

const rules = z.array(rule);

/** What is asked of a token, at a Service or in its place at a Route. */
export const requirements = {
  audience_required: requirement,
  scopes_required: scopesRequirement,
  groups_required: requirement,
  roles_required: requirement,
  claims_required: rules,
  claims_forbidden: rules,
};

export type RequirementKey = keyof typeof requirements;
export const requirementKeys = Object.keys(requirements) as readonly RequirementKey[];
