import { z } from 'zod';
import { settingsSchema } from './schema/settings.ts';

/** The JSON Schema (draft 2020-12) of the configuration file, with descriptions and defaults. */
export function writeConfigSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(settingsSchema, { io: 'input' });
  return { $schema, title: 'Postern configuration', ...rest };
}
