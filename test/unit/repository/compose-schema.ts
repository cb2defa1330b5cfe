/**
 * The parts of the Compose specification that our file uses, as JSON Schema; a key outside of them is
 * refused, so that a misspelt one is found although nothing here can run the file.
 */
const strings = { type: 'array', items: { type: 'string' }, minItems: 1 };
const duration = { type: 'string', pattern: String.raw`^\d+(ms|s|m|h)$` };

const healthcheck = {
  type: 'object',
  additionalProperties: false,
  properties: {
    disable: { const: true },
    test: { ...strings, minItems: 2 },
    interval: duration,
    timeout: duration,
    start_period: duration,
    retries: { type: 'integer', minimum: 1 },
  },
  oneOf: [{ required: ['disable'] }, { required: ['test'] }],
};

const service = {
  type: 'object',
  additionalProperties: false,
  required: ['image'],
  properties: {
    // A tag with a version, never a moving one.
    image: { type: 'string', pattern: String.raw`^[a-z0-9./-]+:v?\d+\.\d+[a-z0-9.-]*$` },
    build: { const: '.' },
    command: strings,
    environment: { type: 'object', additionalProperties: { type: 'string' } },
    // Short syntax: a file of the repository, read-only.
    volumes: {
      type: 'array',
      items: { type: 'string', pattern: String.raw`^\./[^:]+:/[^:]+:ro$` },
    },
    // Published on loopback only.
    ports: {
      type: 'array',
      items: { type: 'string', pattern: String.raw`^127\.0\.0\.1:\d+:\d+$` },
    },
    depends_on: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['condition'],
        properties: {
          condition: {
            enum: ['service_started', 'service_healthy', 'service_completed_successfully'],
          },
        },
      },
    },
    healthcheck,
    read_only: { type: 'boolean' },
    cap_drop: strings,
    security_opt: strings,
  },
};

export const composeSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['services'],
  properties: {
    name: { type: 'string' },
    services: { type: 'object', additionalProperties: service },
  },
};

/** What {@link composeSchema} lets through. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: true };
}
