import { z } from 'zod';
import type { ApplicationDraft } from '../../registry/ports.ts';
import { optionalText, tags, text, timestamps, uuid } from '../http/fields.ts';

export const applicationBody = z.strictObject({
  id: uuid.optional(),
  name: text.optional(),
  custom_id: text.optional(),
  redirect_uri: optionalText,
  owner: optionalText,
  tags,
  identity_provider: optionalText,
  ...timestamps,
});

export type ApplicationBody = z.output<typeof applicationBody>;

export function readApplication(body: ApplicationBody): ApplicationDraft {
  return {
    name: body.name,
    customId: body.custom_id,
    redirectUri: body.redirect_uri,
    owner: body.owner,
    tags: body.tags,
    identityProvider: body.identity_provider,
  };
}

/** What is missing of a new one. */
export function findMissing({ name, custom_id: customId }: ApplicationBody) {
  return {
    ...(name === undefined && { name: 'required field missing' }),
    ...(customId === undefined && { custom_id: 'required field missing' }),
  };
}
