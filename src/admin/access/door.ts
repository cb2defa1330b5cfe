import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../lib/clock.ts';
import type { Answer } from '../http/answer.ts';
import type { CallNotes } from '../http/call-notes.ts';
import { admit, type AdmitOptions } from './admit.ts';
import { FailureLimit } from './failure-limit.ts';

/** Through which every request comes, also one whose path nobody can read. */
export interface Door {
  /** Null = let in, and noted by whom; else what is answered. */
  readonly enter: (request: FastifyRequest, reply: FastifyReply) => Answer | null;
}

export interface DoorOptions {
  readonly access: AdmitOptions['access'];
  readonly clock: Clock;
  readonly notes: CallNotes;
  /** Told of every request when it is over, also where the caller hung up. */
  readonly onOver: (request: FastifyRequest, reply: FastifyReply, durationMs: number) => void;
}

/** The one way in. */
export function createDoor({ access, clock, notes, onOver }: DoorOptions): Door {
  const failures = new FailureLimit(clock);
  return {
    enter(request, reply) {
      // The framework takes no times unless it logs, or has a response to hook on.
      const startedAt = performance.now();
      reply.raw.once('close', () => {
        onOver(request, reply, performance.now() - startedAt);
      });
      reply.header('x-request-id', request.id);
      const admitted = admit(request.raw, { access, failures });
      if (!admitted.ok) return admitted.stop;
      notes.of(request).actor = admitted.value;
      return null;
    },
  };
}
