import type { FastifyReply } from 'fastify';
import type { Answer } from './answer.ts';

export function sendAnswer(
  reply: FastifyReply,
  { status, body, headers = {} }: Answer,
): FastifyReply {
  reply.code(status).headers(headers);
  if (body === null) return reply.send();
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}
