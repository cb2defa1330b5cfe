/** Where arguments are looked up by name: a query or a body. */
export interface Arguments {
  /** Every value of that name, in order; null for one that cannot be read. */
  values(name: string): readonly (string | null)[];
}

export const noArguments: Arguments = { values: () => [] };
