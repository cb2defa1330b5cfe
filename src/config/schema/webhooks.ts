import { z } from 'zod';
import { Secret } from '../../lib/secret.ts';
import { registrationEventTypes } from '../../registry/registration-event.ts';
import { distinct, duration, filePath, name, secretMask } from './scalars.ts';

const leastBytes = 24;
const mostBytes = 64;

export const expectedWebhookSecret = `expected whsec_ and base64 of ${String(leastBytes)} to ${String(mostBytes)} bytes`;

/** As Standard Webhooks has it: `whsec_` and base64. */
export function isWebhookSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (encoded === undefined || encoded.length % 4 !== 0) return false;
  const { length } = Buffer.from(encoded, 'base64');
  return length >= leastBytes && length <= mostBytes;
}

const webhookSecret = z.codec(z.string().meta({ title: 'secret' }), z.instanceof(Secret), {
  decode: (value, context) => {
    if (isWebhookSecret(value)) return new Secret(value);
    context.issues.push({ code: 'custom', input: '', message: expectedWebhookSecret });
    return z.NEVER;
  },
  encode: () => secretMask,
});

const webhookUrl = z
  .string()
  .refine(isWebhookUrl, 'expected an http:// or https:// URL without user and fragment')
  .meta({ title: 'URL' });

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text) || /[\s#]/.test(text)) return false;
  const url = new URL(text);
  return /^https?:\/\/[^/]/i.test(text) && url.username === '' && url.password === '';
}

const webhook = z
  .strictObject({
    name: name.describe('For the log, metrics and `/webhooks`.'),
    url: webhookUrl.describe('Where events are sent, by POST. Redirects are not followed.'),
    secrets: z
      .array(webhookSecret)
      .prefault([])
      .describe('What deliveries are signed with; each signs, so that one can replace another.'),
    secret_files: z.array(filePath).prefault([]).describe('Files that hold the secrets, one each.'),
    events: distinct(z.enum(registrationEventTypes))
      .min(1)
      .prefault([...registrationEventTypes])
      .describe('What it is told of.'),
    timeout: duration(100, 30_000).prefault('5s').describe('Longest wait for an answer.'),
    attempts: z
      .int()
      .min(1)
      .max(20)
      .prefault(10)
      .describe('How often a delivery is tried before it is a dead letter; ten take about a day.'),
    ca_file: filePath.optional().describe('Authorities to trust beside those of the system, PEM.'),
    allow_insecure: z
      .boolean()
      .prefault(false)
      .describe('Lets `url` be http:// also beyond this machine.'),
  })
  .superRefine(({ secrets, secret_files: files }, context) => {
    if ((secrets.length === 0) !== (files.length === 0)) return;
    const message = 'expected secrets or secret_files';
    context.addIssue({ code: 'custom', path: ['secrets'], message });
  });

export const webhooksSchema = z.array(webhook);
