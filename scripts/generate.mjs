// Writes the documents that come from the code. With --check it changes nothing and ends with 1 when
// one of them differs from what the code says.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { listRoutes } from '../src/admin/list-routes.ts';
import { writeOpenApi } from '../src/admin/openapi.ts';
import { writeConfigSchema } from '../src/config/config-schema.ts';
import { writeConfigurationReference } from '../src/config/reference/configuration-reference.ts';
import { writeDenialsReference } from '../src/config/reference/denials-reference.ts';
import { createFileRegistry } from '../src/store/file/file-registry.ts';

const root = new URL('../', import.meta.url);
const documents = {
  'docs/configuration.md': writeConfigurationReference,
  'docs/configuration.schema.json': () => JSON.stringify(writeConfigSchema(), null, 2),
  'docs/denials.md': writeDenialsReference,
  'docs/admin-api.openapi.json': writeAdminApi,
};

/** The routes are those of any store; the version is that of the package. */
async function writeAdminApi() {
  const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
  const routes = listRoutes({
    registry: createFileRegistry(() => null),
    services: { list: () => [], describeIssuer: async () => null },
    explainCheck: async () => ({}),
    webhooks: () => null,
    version,
  });
  return JSON.stringify(writeOpenApi(routes, version), null, 2);
}

/** What the file should hold, in the form in which the formatter would leave it. */
async function generate(name, write) {
  const path = fileURLToPath(new URL(name, root));
  const text = await format(await write(), { ...(await resolveConfig(path)), filepath: path });
  const current = await readFile(path, 'utf8').catch(() => null);
  return { name, path, text, differs: current !== text };
}

const generated = await Promise.all(
  Object.entries(documents).map(([name, write]) => generate(name, write)),
);
const different = generated.filter(({ differs }) => differs);
if (process.argv.includes('--check')) {
  for (const { name } of different) {
    console.error(`${name} differs from the code; run node scripts/generate.mjs`);
  }
  process.exitCode = different.length > 0 ? 1 : 0;
} else {
  await Promise.all(different.map(({ path, text }) => writeFile(path, text)));
  for (const { name } of different) console.log(`wrote ${name}`);
}
