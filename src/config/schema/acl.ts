import { z } from 'zod';
import { nonEmpty } from './scalars.ts';

const groups = z.array(nonEmpty).min(1);

export const aclSchema = z
  .strictObject({
    allow: groups.optional().describe('Groups that may pass; nobody else may.'),
    deny: groups.optional().describe('Groups that may not pass.'),
    hide_groups_header: z.boolean().prefault(false).describe('Keeps groups from the upstream.'),
    always_use_authenticated_groups: z
      .boolean()
      .prefault(false)
      .describe('Prefers the provider’s groups to the Consumer’s.'),
  })
  .superRefine((value, context) => {
    if ((value.allow === undefined) !== (value.deny === undefined)) return;
    context.addIssue({ code: 'custom', message: 'expected exactly one of: allow, deny' });
  });
