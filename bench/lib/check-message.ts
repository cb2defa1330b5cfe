import { loadAuthorizationProto } from '../../src/envoy/authorization-proto.ts';
import { createCheckRequest, type CheckInput } from '../../test/support/check-client.ts';
import type { ServiceName } from './write-config.ts';

/** What the calls of one load have in common. */
export interface CheckMessage {
  /** A serialized CheckRequest of about 2 KB, base64. */
  readonly message: string;
  /** Where a text that stands in it once begins, in bytes. */
  offsetOf(text: string): number;
}

/** A browser's request behind a proxy: 24 headers beside `authorization`. */
const headers = {
  accept: 'application/json, text/plain, */*',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9,de;q=0.8',
  'cache-control': 'no-cache',
  'content-type': 'application/json',
  cookie: `consent=analytics:0,ads:0; locale=en-GB; cart=${'c4rt'.repeat(40)}`,
  origin: 'https://shop.example.com',
  pragma: 'no-cache',
  priority: 'u=1, i',
  referer: 'https://shop.example.com/account/orders?page=2&sort=-created',
  'sec-ch-ua': '"Chromium";v="142", "Not?A_Brand";v="24"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-site',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142',
  'x-envoy-expected-rq-timeout-ms': '15000',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-request-id': '7d5f9e3a-2b41-4c8e-9a60-1f0c3d2e4b5a',
} as const;

const check = loadAuthorizationProto().service.Check;

/** What of a request is the caller's own; all else is the same in every request. */
export interface Caller {
  /** Service that is called; default: `orders`. */
  readonly service?: ServiceName;
  readonly authorization?: string;
  /** `name=value`, behind the cookies of everybody. */
  readonly cookie?: string;
}

/** The request of a caller. */
export function describeRequest({ service = 'orders', authorization, cookie }: Caller): CheckInput {
  const cookies = cookie === undefined ? headers.cookie : `${headers.cookie}; ${cookie}`;
  const credential = authorization === undefined ? {} : { authorization };
  return {
    method: 'GET',
    host: 'orders.example.com',
    path: '/v1/orders/4711?expand=items,customer',
    scheme: 'https',
    protocol: 'HTTP/2',
    headers: { ...headers, cookie: cookies, ...credential },
    contextExtensions: { service },
    sourceAddress: '203.0.113.7',
  };
}

/** The Check that Envoy sends for one request. */
export function writeCheckMessage(caller: Caller): CheckMessage {
  const bytes = check.requestSerialize(createCheckRequest(describeRequest(caller)));
  return {
    message: bytes.toString('base64'),
    offsetOf(text) {
      const at = bytes.indexOf(text);
      if (at < 0) throw new Error('the text is not in the message');
      return at;
    },
  };
}
