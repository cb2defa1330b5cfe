import { z } from 'zod';
import { aclSchema } from './acl.ts';
import { requirementKeys, requirements } from './requirements.ts';
import { name } from './scalars.ts';

const instead = 'In place of the Service’s; the two are not merged.';

/** A part of a Service with rules of its own. */
export const routeSchema = z
  .strictObject({
    name: name.describe('What `context_extensions.route` says.'),
    acl: aclSchema.optional().describe(instead),
    auth: z.literal('none').optional().describe('`none` = passes without a decision.'),
    audience_required: requirements.audience_required.optional().describe(instead),
    scopes_required: requirements.scopes_required.optional().describe(instead),
    groups_required: requirements.groups_required.optional().describe(instead),
    roles_required: requirements.roles_required.optional().describe(instead),
    claims_required: requirements.claims_required.optional().describe(instead),
    claims_forbidden: requirements.claims_forbidden.optional().describe(instead),
  })
  .superRefine((value, context) => {
    if (value.auth === undefined) return;
    const key = value.acl === undefined ? requirementKeys.find((name) => value[name]) : 'acl';
    if (key === undefined) return;
    const message = `auth: none leaves nobody for ${key === 'acl' ? 'an acl' : key} to judge`;
    context.addIssue({ code: 'custom', path: ['auth'], message });
  });
