import { numberText } from './provider.ts';

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

/** The YAML that a person would write, in block style. `mark` goes into every username. */
export function writeConsumersYaml(count: number, mark = ''): string {
  const entries = Array.from({ length: count }, (_, number) => {
    const { username, custom_id: customId } = declareConsumer(number);
    return [
      `  - username: ${username}${mark}`,
      `    custom_id: ${customId}`,
      '    tags: [bench]',
      '    acls: [{ group: gold }, { group: orders-team }]',
      '    registrations: [{ service: orders, status: approved }]',
    ].join('\n');
  });
  return `consumers:\n${entries.join('\n')}\n`;
}
