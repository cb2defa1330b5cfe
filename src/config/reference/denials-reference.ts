import { reasonTable } from '../../authz/reason-table.ts';
import type { AllowReason, AnswerReason, ReasonRow } from '../../authz/reasons.ts';
import { code, writeTable } from './markdown.ts';

const introduction = `<!-- Written by scripts/generate.mjs from src/authz/reason-table.ts. Change it there. -->

# Reasons

Every Check ends with one reason. It is in the log line, in the metrics and in \`dynamic_metadata\`, where
Envoy’s access log can print it; the client sees it only from a Service with \`expose_reason: true\`, as
\`x-postern-reason\`. Clients get the HTTP status and the message; callers that speak gRPC get the gRPC
status.`;

const allowMeanings = {
  allowed: 'Every step passed.',
  route_open: 'The Route has `auth: none`: nobody was asked, and identity headers were removed.',
  preflight:
    'An `OPTIONS` request where `run_on_preflight` is off: nobody was asked, and identity headers were removed.',
} as const satisfies Record<AllowReason, string>;

const answerMeanings = {
  resource_metadata: 'Protected resource metadata (RFC 9728) of a Service with `show_issuer`.',
  logout: 'The session of the cookie that came along was ended, and the cookie cleared.',
} as const satisfies Record<AnswerReason, string>;

const challengeMeanings = {
  none: 'none',
  methods: '`Bearer realm="<service>"`; `Basic …` and `DPoP …` where those are on',
  invalid_request: '`Bearer …, error="invalid_request"`',
  invalid_token: '`Bearer …, error="invalid_token"`',
  insufficient_scope: '`Bearer …, error="insufficient_scope", scope="…"`',
  proof: '`DPoP error="invalid_dpop_proof", algs="…"`',
  nonce: '`DPoP error="use_dpop_nonce", algs="…"`, and `DPoP-Nonce`',
  basic: '`Basic realm="<service>"`',
} as const satisfies Record<ReasonRow['challenge'], string>;

/** docs/denials.md: every reason with what it means and what to do, from the table in the code. */
export function writeDenialsReference(): string {
  const rows: readonly (readonly [string, ReasonRow])[] = Object.entries(reasonTable);
  const denials = rows.filter(([, row]) => row.http !== 503);
  const outages = rows.filter(([, row]) => row.http === 503);
  return [
    introduction,
    '## Allowed',
    writeMeanings(allowMeanings),
    '## Answered',
    'Postern itself replies; the request goes no further.',
    writeMeanings(answerMeanings),
    '## Denied',
    'Policy says no. The anonymous Consumer of a Service may stand in where the last column says so.',
    writeWire(denials),
    '## Unavailable',
    'No verdict could be reached: never taken for an allow, and never for a denial. Answers carry `Retry-After`.',
    writeWire(outages),
    '## What to do',
    ...rows.map(([reason, row]) => `### ${code(reason)}\n\n${row.meaning}\n\n${row.remedy}`),
    '',
  ].join('\n\n');
}

function writeMeanings(meanings: Readonly<Record<string, string>>): string {
  return writeTable(
    ['Reason', 'Meaning'],
    Object.entries(meanings).map(([reason, meaning]) => [code(reason), meaning]),
  );
}

function writeWire(rows: readonly (readonly [string, ReasonRow])[]): string {
  return writeTable(
    ['Reason', 'HTTP', 'gRPC', 'Message', '`WWW-Authenticate`', 'Anonymous'],
    rows.map(([reason, row]) => [
      `[${code(reason)}](#${reason})`,
      String(row.http),
      String(row.grpc),
      row.message,
      challengeMeanings[row.challenge],
      row.anonymousMayStandIn ? 'yes' : 'no',
    ]),
  );
}
