import { numberText } from './credentials.ts';
import type { ServiceName } from './write-config.ts';

/** Consumer number n, as Kong declares it: the application `app-<n>`, approved, in a group. */
export function declareConsumer(number: number) {
  const name = numberText(number);
  return {
    username: `application-${name}`,
    custom_id: `app-${name}`,
    tags: ['bench'],
    acls: [{ group: 'gold' }, { group: 'orders-team' }],
    registrations: [{ service: 'orders', status: 'approved' }],
  };
}

export interface ConsumersYaml {
  /** Goes into every username. */
  readonly mark?: string;
  /** Services at which every Consumer is approved; default: `orders` alone. */
  readonly services?: readonly ServiceName[];
}

/** The YAML that a person would write, in block style. */
export function writeConsumersYaml(
  count: number,
  { mark = '', services = ['orders'] }: ConsumersYaml = {},
): string {
  const registrations = services.map((service) => `{ service: ${service}, status: approved }`);
  const entries = Array.from({ length: count }, (_, number) => {
    const { username, custom_id: customId } = declareConsumer(number);
    return [
      `  - username: ${username}${mark}`,
      `    custom_id: ${customId}`,
      '    tags: [bench]',
      '    acls: [{ group: gold }, { group: orders-team }]',
      `    registrations: [${registrations.join(', ')}]`,
    ].join('\n');
  });
  return `consumers:\n${entries.join('\n')}\n`;
}
