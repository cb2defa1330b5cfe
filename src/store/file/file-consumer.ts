import type { ConsumerRecord } from '../../authz/consumer.ts';
import type { DeclaredApplication } from '../../registry/declare-application.ts';

/** A Consumer of a file: what decisions read, and for administration what owns it. */
export interface FileConsumer extends ConsumerRecord {
  readonly application: DeclaredApplication | null;
}
