import type { Entry } from '../admin-client/admin-client.ts';

/** Roles that may read what is administrated. */
export const readers = 'admin, approver or read';

/** What an option sets in the body of a request, or asks for in the query of one. */
export interface Field {
  /** As the Admin API spells it: `custom_id`. The option is `--custom-id`. */
  readonly name: string;
  /** Of the option, where it is not the name's. */
  readonly option?: string;
  readonly placeholder: string;
  readonly description: string;
  /** `list` may be given several times; `rate` is `10/second`; `application` an id or a name; `owner` may be an email. */
  readonly kind?: 'text' | 'list' | 'rate' | 'application' | 'owner';
  readonly choices?: readonly string[];
}

/** Title of a column and the places of its value, the first of which that says something counts. */
export type Column = readonly [title: string, ...places: string[]];

export type VerbName = 'list' | 'get' | 'create' | 'update' | 'delete';

/** One kind of entity: all that its commands need to know. */
export interface Resource {
  /** The command, and the first piece of the path. */
  readonly name: string;
  readonly singular: string;
  readonly columns: readonly Column[];
  /** Options of `create`, and of `update` where `changes` does not differ. */
  readonly fields: readonly Field[];
  readonly changes?: readonly Field[];
  /** Options of `list`. */
  readonly filters: readonly Field[];
  /** Whether `list` knows `--select-tag`. */
  readonly hasTags: boolean;
  /** How one is referred to: `<id|username>`. */
  readonly reference: string;
  /** Fields by which one is found that the path does not know; empty where it knows all. */
  readonly searchedBy: readonly string[];
  /** What `get` shows beside what can be set. */
  readonly readOnly: readonly string[];
  /** Entities of a Consumer stand below it when `--consumer` is given. */
  readonly isBelowConsumer: boolean;
  readonly roles: Readonly<Record<VerbName, string>>;
  readonly examples: Readonly<Record<VerbName, readonly string[]>>;
  /** For people: `billing-app (…)`. */
  describe(entry: Entry): string;
}
