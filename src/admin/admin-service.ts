/** A configured Service, as administration sees it. */
export interface AdminService {
  readonly name: string;
  readonly displayName: string | null;
  /** Null = registrations are not looked at. */
  readonly registration: {
    readonly required: boolean;
    readonly autoApprove: boolean;
    readonly showIssuer: boolean;
  } | null;
  /** More that is worth showing, as it is to be shown. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ServicesInForce {
  readonly list: () => readonly AdminService[];
  /** Where tokens for a Service come from; null where it does not show that. */
  readonly describeIssuer: (name: string) => Promise<object | null>;
}
