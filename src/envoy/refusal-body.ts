import Negotiator from 'negotiator';
import type { AuthzRequest } from '../authz/request.ts';

export interface RefusalBody {
  readonly contentType: string;
  readonly body: string;
}

type WriteBody = (message: string, requestId: string | null) => string;

/** Kong's forms (`kong.response.error`), the preferred one first where `Accept` leaves a choice. */
const forms: ReadonlyMap<string, WriteBody> = new Map([
  ['application/json', writeJson],
  ['text/plain', writePlain],
  ['text/html', writeHtml],
  ['application/xml', writeXml],
]);
const mediaTypes = [...forms.keys()];

/** Longer ones are not worth the parsing; whoever sends them gets JSON. */
const maxAcceptLength = 1024;

/** What the client reads of a refusal, in the form its `Accept` prefers, JSON when in doubt. */
export function writeRefusalBody(
  request: AuthzRequest,
  message: string,
  requestId: string | null,
): RefusalBody {
  const mediaType = chooseMediaType(request);
  const write = forms.get(mediaType) ?? writeJson;
  return { contentType: `${mediaType}; charset=utf-8`, body: write(message, requestId) };
}

function chooseMediaType(request: AuthzRequest): string {
  const accept = request.headers.values('accept').join(',');
  if (accept === '' || accept.length > maxAcceptLength) return 'application/json';
  return new Negotiator({ headers: { accept } }).mediaType(mediaTypes) ?? 'application/json';
}

function writeJson(message: string, requestId: string | null): string {
  return JSON.stringify(requestId === null ? { message } : { message, request_id: requestId });
}

function writePlain(message: string, requestId: string | null): string {
  return requestId === null ? `${message}\n` : `${message}\nrequest_id: ${requestId}\n`;
}

function writeHtml(message: string, requestId: string | null): string {
  const text = escapeMarkup(message);
  const id = requestId === null ? '' : `<p>Request ID: ${escapeMarkup(requestId)}</p>`;
  const head = `<head><meta charset="utf-8"><title>${text}</title></head>`;
  return `<!doctype html>\n<html lang="en">${head}<body><h1>${text}</h1>${id}</body></html>\n`;
}

function writeXml(message: string, requestId: string | null): string {
  const id = requestId === null ? '' : `<requestid>${escapeMarkup(requestId)}</requestid>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<error><message>${escapeMarkup(message)}</message>${id}</error>\n`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}
