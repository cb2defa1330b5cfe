import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Secret } from '../../../src/lib/secret.ts';
import { signDelivery } from '../../../src/webhooks/sign-delivery.ts';

function secretOf(letter: string): string {
  return `whsec_${Buffer.alloc(32, letter).toString('base64')}`;
}

const delivery = { id: '1795479748875-0-0', body: '{"type":"registration.approved","ü":"€"}' };

describe('a signed delivery', () => {
  const secrets = [secretOf('a'), secretOf('b')];
  const headers = signDelivery(
    delivery,
    secrets.map((secret) => new Secret(secret)),
    Date.now(),
  );

  it.each(secrets)('is believed by whoever has one of its secrets', (secret) => {
    expect(new Webhook(secret).verify(delivery.body, headers)).toEqual(JSON.parse(delivery.body));
  });

  it.each([
    ['another secret', secretOf('c'), delivery.body, headers],
    ['another body', secretOf('a'), `${delivery.body} `, headers],
    ['another id', secretOf('a'), delivery.body, { ...headers, 'webhook-id': '1-0-0' }],
    [
      'another time',
      secretOf('a'),
      delivery.body,
      { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) },
    ],
  ])('is not believed with %s', (_what, secret, body, sent) => {
    expect(() => new Webhook(secret).verify(body, sent)).toThrow('No matching signature');
  });
});
