import { z } from 'zod';
import { settingsSchema } from './schema/settings.ts';

/** The JSON Schema (draft 2020-12) of the configuration file, with descriptions and defaults. */
export function writeConfigSchema(): z.core.JSONSchema.BaseSchema {
  const schema: z.core.JSONSchema.BaseSchema = z.toJSONSchema(settingsSchema, { io: 'input' });
  return { ...schema, title: 'Postern configuration' };
}
