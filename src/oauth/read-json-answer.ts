import { parseJsonObject } from './parse-json-object.ts';

const jsonType = /^application\/json *(;|$)/i;

export function isJsonType(contentType: string | null): boolean {
  return contentType !== null && jsonType.test(contentType);
}

/** The JSON object of a 200 answer; null for every other answer. The media type is not asked for. */
export async function readJsonAnswer(
  response: Response,
): Promise<Readonly<Record<string, unknown>> | null> {
  return response.status === 200 ? parseJsonObject(await response.text()) : null;
}
